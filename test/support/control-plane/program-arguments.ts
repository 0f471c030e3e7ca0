import type { Credentials } from "./credentials.ts";
import type { LoopbackShare } from "./loopback.ts";

type Files = Credentials["files"];

export interface EtcdSettings {
  readonly dataDirectory: string;
  readonly clientUrl: string;
  readonly peerUrl: string;
}

export function etcdArguments({ dataDirectory, clientUrl, peerUrl }: EtcdSettings): string[] {
  return [
    `--data-dir=${dataDirectory}`,
    `--listen-client-urls=${clientUrl}`,
    `--advertise-client-urls=${clientUrl}`,
    `--listen-peer-urls=${peerUrl}`,
    "--unsafe-no-fsync=true", // the data dies with the run
  ];
}

export interface ApiServerSettings {
  readonly share: LoopbackShare;
  readonly port: number;
  readonly etcdUrl: string;
  readonly files: Files;
  readonly certificateDirectory: string;
  readonly audit: { readonly policyFile: string; readonly logFile: string } | undefined;
}

export function apiServerArguments(settings: ApiServerSettings): string[] {
  const { share, port, etcdUrl, files, certificateDirectory, audit } = settings;
  return [
    "--allow-privileged=true",
    "--authorization-mode=Node,RBAC",
    `--bind-address=${share.address}`,
    "--advertise-address=192.0.2.1", // its EndpointSlice refuses loopback addresses; nobody goes there
    `--secure-port=${port}`,
    `--cert-dir=${certificateDirectory}`,
    `--client-ca-file=${files.authority}`,
    `--tls-cert-file=${files.serverCertificate}`,
    `--tls-private-key-file=${files.serverKey}`,
    `--etcd-servers=${etcdUrl}`,
    "--service-account-issuer=https://kubernetes.default.svc",
    `--service-account-key-file=${files.serviceAccountKey}`,
    `--service-account-signing-key-file=${files.serviceAccountKey}`,
    `--service-cluster-ip-range=${share.serviceRange}`,
    ...(audit === undefined ? [] : [`--audit-policy-file=${audit.policyFile}`, `--audit-log-path=${audit.logFile}`]),
  ];
}

export interface ControllerManagerSettings {
  readonly share: LoopbackShare;
  readonly port: number;
  readonly files: Files;
  readonly certificateDirectory: string;
}

export function controllerManagerArguments(settings: ControllerManagerSettings): string[] {
  const { share, port, files, certificateDirectory } = settings;
  return [
    `--kubeconfig=${files.controllerManagerKubeconfig}`,
    `--authentication-kubeconfig=${files.controllerManagerKubeconfig}`,
    `--authorization-kubeconfig=${files.controllerManagerKubeconfig}`,
    `--service-account-private-key-file=${files.serviceAccountKey}`,
    `--root-ca-file=${files.authority}`,
    "--use-service-account-credentials=true",
    "--leader-elect=false", // it is the only one
    // EndpointSlices refuse the loopback addresses that Pods have here; the process node goes by the Pods themselves.
    "--controllers=*,-endpoints-controller,-endpointslice-controller",
    // At the default of 20 requests a second, making the controllers' service accounts alone takes 5 s.
    "--kube-api-qps=1000",
    "--kube-api-burst=1000",
    `--bind-address=${share.address}`,
    `--secure-port=${port}`,
    `--cert-dir=${certificateDirectory}`,
  ];
}
