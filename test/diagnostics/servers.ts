/** Double: servers of one file on this machine, each with a misbehaviour of its own. They end with the test. */
import { createServer, type Server, type Socket } from "node:net";
import { afterEach } from "vitest";

const open: Server[] = [];
const sockets = new Set<Socket>();

/** No server of the test listens any longer. */
export function closed(): void {
  for (const server of open.splice(0)) server.close();
}

afterEach(() => {
  for (const socket of sockets) socket.destroy();
  closed();
});

export function serve(talk: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    talk(socket);
  });
  open.push(server);
  return new Promise((done) =>
    server.listen(0, "127.0.0.1", () => done((server.address() as { port: number }).port)),
  );
}

export type Replies = Readonly<Record<string, string>>;

/** A server of FTP that answers each command by its word, and serves one data connection at a time. */
/** An FTP server with a reply of its own for each command; an empty reply is none. */
export async function ftpServer(replies: Replies, file = "hello"): Promise<number> {
  let data: Socket | undefined;
  const passive = await serve((socket) => {
    data = socket;
    socket.on("data", () => {});
  });
  const all: Replies = {
    USER: "331 password",
    PASS: "230 in",
    TYPE: "200 binary",
    CWD: "250 there",
    SIZE: `213 ${file.length}`,
    PASV: `227 Entering Passive Mode (127,0,0,1,${passive >> 8},${passive & 255})`,
    RETR: "150 here it comes",
    STOR: "150 go on",
    ...replies,
  };
  return serve((socket) => {
    if (all.welcome !== "") socket.write(`${all.welcome ?? "220 hello"}\r\n`);
    else socket.end();
    socket.on("data", (bytes) => {
      const [word = ""] = String(bytes).trim().split(" ");
      const reply = all[word] ?? "502 no";
      if (reply !== "") socket.write(`${reply}\r\n`);
      const end = () => socket.write(`${all.end ?? "226 done"}\r\n`);
      if (word === "RETR" && all.RETR!.startsWith("150")) data?.end(file, end);
      if (word === "STOR" && all.STOR!.startsWith("150")) data?.once("end", end);
    });
  });
}
