import type { FastifyRequest } from "fastify";
import { ScimError } from "../scim/error.ts";

/**
 * The address that a request's resources live under: the public URL or else
 * what the client asked for, then the base path that it used. A client that
 * works under /scim is never sent to /scim/v2. Throws ScimError 400 for a Host
 * that is none, since it would be shown in every location.
 */
export function requestBaseUrl(request: FastifyRequest, publicUrl: string | undefined, basePath: string): string {
  if (publicUrl !== undefined) return `${publicUrl}${basePath}`;
  const { host } = request;
  if (!HOST.test(host)) throw new ScimError(400, "invalidValue", "The Host header is not a host name or address.");
  return `${request.protocol}://${host}${basePath}`;
}

const HOST = /^(?:[A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?$/;
