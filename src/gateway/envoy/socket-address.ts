/** Of a text as `:8080`, `127.0.0.1:8080` or `[::1]:8080`; all addresses, where it names none. */
export function socketAddress(listen: string, otherwise: number): object {
  const [, address = "", port = ""] = /^(.*):(\d{1,5})$/.exec(listen) ?? [];
  const host = address.replace(/^\[|\]$/g, "");
  return { socket_address: { address: host === "" ? "0.0.0.0" : host, port_value: Number(port) || otherwise } };
}
