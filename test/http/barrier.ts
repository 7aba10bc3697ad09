/** Helper: when nginx is done with what came before. It writes a line of its log when the response has gone out,
 * perhaps after the client has read it; but its one worker does one thing after the other, so that its answer to a
 * further request comes when all earlier lines are written. */
import http from "node:http";
import net, { type AddressInfo } from "node:net";

/** The server block that `passed` asks. */
export const barrierBlock = (port: number): string =>
  `server { listen 127.0.0.1:${port}; access_log off; keepalive_timeout 0; return 204; }`;

/** @returns true when nginx has answered there */
export function passed(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const request = http.get({ port, host: "127.0.0.1", agent: false }, (response) => {
      response.resume().once("end", () => resolve(response.statusCode === 204));
    });
    request.once("error", reject);
  });
}

/** A port of that address that nobody has now; somebody may before it is used. */
export function freePort(address = "127.0.0.1"): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = net.createServer().once("error", reject);
    server.listen(0, address, () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
