import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Request, Response } from "express";

/** Serves the page: one file, which loads nothing from anywhere. */
export function answerPage(): (request: Request, response: Response) => void {
  const page = readFileSync(join(import.meta.dirname, "answer-page.html"), "utf8");
  const policy = [
    "default-src 'none'",
    `script-src '${hashOf(page, "script")}'`,
    `style-src '${hashOf(page, "style")}'`,
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join("; ");
  return (_request, response) => {
    response
      .set({ "content-security-policy": policy, "x-content-type-options": "nosniff", "referrer-policy": "no-referrer" })
      .type("html")
      .send(page);
  };
}

/** Lets this one script or style of the page run, and no other. */
function hashOf(page: string, element: "script" | "style"): string {
  const content = new RegExp(`<${element}>([^]*)</${element}>`).exec(page)?.[1] ?? "";
  return `sha256-${createHash("sha256").update(content).digest("base64")}`;
}
