/**
 * The floor: a bare node:https server that parses the review and allows it. Only an
 * object named as the path is refused, which tells that the path is asked.
 */
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { developmentCertificate } from "#server/development-certificate.ts";
import { reportTo } from "./report-cpu.ts";

const { certificate, privateKey } = await developmentCertificate();

const server = createServer({ cert: certificate, key: privateKey, keepAliveTimeout: 120_000 }, (request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const { request: asked } = JSON.parse(Buffer.concat(chunks).toString("utf8")) as { request: Request };
    const answer = JSON.stringify({
      apiVersion: "admission.k8s.io/v1",
      kind: "AdmissionReview",
      response: { uid: asked.uid, allowed: !request.url?.startsWith(`/${asked.name}?`) },
    });
    response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(answer) });
    response.end(answer);
  });
});

server.listen(0, "127.0.0.1", () => reportTo(process, { port: (server.address() as AddressInfo).port, certificate }));

interface Request {
  readonly uid: string;
  readonly name: string;
}
