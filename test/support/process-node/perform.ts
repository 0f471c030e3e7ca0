import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connect } from "node:net";
import type { ContainerPort, Handler, HttpGet } from "./pod.ts";

/** Where a handler acts. */
export interface HandlerTarget {
  /** Of the Pod. */
  readonly address: string;
  readonly ports: readonly ContainerPort[];
  /** Runs a program in the container; answers what is wrong. */
  readonly run: (program: readonly string[], signal: AbortSignal) => Promise<string | undefined>;
}

/** Does what a probe or a hook asks for; answers what is wrong, or undefined. Never rejects. */
export async function perform(
  { exec, httpGet, tcpSocket }: Handler,
  target: HandlerTarget,
  timeoutMilliseconds: number,
): Promise<string | undefined> {
  const signal = AbortSignal.timeout(timeoutMilliseconds);
  try {
    if (exec) return await target.run(exec.command, signal);
    if (httpGet) return await get(httpGet, target, signal);
    if (tcpSocket) return await open(tcpSocket.host ?? target.address, portOf(tcpSocket.port, target), signal);
    return "of a kind that the process node lacks";
  } catch (error) {
    return signal.aborted ? `no answer within ${timeoutMilliseconds / 1000} s` : String(error);
  }
}

/** Any certificate will do, and 2xx and 3xx are well, as for the kubelet. */
function get(action: HttpGet, target: HandlerTarget, signal: AbortSignal): Promise<string | undefined> {
  const { scheme = "HTTP", host = target.address, path = "/", httpHeaders = [] } = action;
  const headers = Object.fromEntries(httpHeaders.map(({ name, value }) => [name, value]));
  const options = { host, port: portOf(action.port, target), path, headers, signal, agent: false as const };
  return new Promise((resolve, reject) => {
    const request = scheme === "HTTPS" ? httpsRequest({ ...options, rejectUnauthorized: false }) : httpRequest(options);
    request.once("error", reject).once("response", ({ statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode >= 200 && statusCode < 400 ? undefined : `${scheme} status ${statusCode}`);
    });
    request.end();
  });
}

function open(host: string, port: number, signal: AbortSignal): Promise<undefined> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, signal });
    socket.once("error", reject).once("connect", () => {
      socket.destroy();
      resolve(undefined);
    });
  });
}

function portOf(port: number | string, { ports }: HandlerTarget): number {
  const number = typeof port === "number" ? port : ports.find(({ name }) => name === port)?.containerPort;
  if (number === undefined) throw new Error(`the container has no port ${port}`);
  return number;
}
