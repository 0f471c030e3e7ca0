import type { KeyPair } from "../certificates.ts";

/** Everything a client of a running control plane needs, as plain data, so that it can be handed between processes. */
export interface ControlPlaneAddress {
  /** The temporary directory of this control plane; logs/ in it has a file for each program. */
  readonly directory: string;
  readonly server: string;
  /** URL of etcd, which asks nobody who they are. */
  readonly etcd: string;
  /** PEM; signs the API server's certificate and the clients'. */
  readonly certificateAuthority: string;
  readonly administrator: KeyPair;
  /** Path of the administrator's kubeconfig. */
  readonly kubeconfig: string;
  /** Path of the kubectl program. */
  readonly kubectlProgram: string;
  /** `built`: in the version that modules/kubernetes/go.mod names; `assets`: whatever KUBEBUILDER_ASSETS holds. */
  readonly origin: "built" | "assets";
  /** Without one no namespace is ever deleted and no Deployment has Pods. */
  readonly hasControllerManager: boolean;
  /** Whether cert-manager's controllers and CA injector run, as was asked for. */
  readonly hasCertManager: boolean;
  /** Path of the helm program; absent as the controller manager may be. */
  readonly helmProgram: string | undefined;
  /** 127.244.N.0/24, where N is this control plane's own on this machine. */
  readonly serviceRange: string;
  /** 127.245.N.0/24, for whoever plays the kubelet. */
  readonly podRange: string;
  /** Path of the audit log, a JSON line for each stage of each request, when it was asked for. */
  readonly auditLog: string | undefined;
  /** Ids of the supervisor (`supervisor`) and of each program, by name. */
  readonly processIds: Readonly<Record<string, number>>;
}

/** What can be chosen about a control plane. */
export interface ControlPlaneOptions {
  /** Record who asked for what, at level Metadata. */
  readonly auditLog?: boolean;
  /** Run cert-manager, where it can be built. */
  readonly certManager?: boolean;
}

/** How a program is made to end: asked, or without a chance to do anything more. */
export type EndSignal = "SIGTERM" | "SIGKILL";

/** A line on the supervisor's standard input; it answers each by one, in their order. */
export type SupervisorRequest =
  | { readonly kind: "end"; readonly daemon: string; readonly signal: EndSignal }
  | { readonly kind: "start"; readonly daemon: string };

/** A line on the supervisor's standard output: the first tells how the start went, the others how a request did. */
export type SupervisorMessage =
  | { readonly kind: "running"; readonly address: ControlPlaneAddress }
  | { readonly kind: "unavailable"; readonly reason: string }
  | { readonly kind: "failed"; readonly message: string };
