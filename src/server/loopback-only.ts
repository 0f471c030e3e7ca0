import type { NextFunction, Request, Response } from "express";

/**
 * Refuses requests whose Host is not a name of this machine: a page of the
 * internet whose name was made to resolve to 127.0.0.1 (DNS rebinding) would
 * otherwise be one origin with us.
 */
export function loopbackOnly(request: Request, response: Response, next: NextFunction): void {
  if (LOOPBACK_HOST.test(request.headers.host ?? "")) next();
  else response.status(403).type("text/plain").send("403 the Host must be localhost, 127.0.0.1 or [::1]\n");
}

const LOOPBACK_HOST = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d{1,5})?$/i;
