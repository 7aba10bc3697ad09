/** A small ubusd: the real protocol on a real socket, with objects that a test gives it. */
import { createServer, type Server, type Socket } from "node:net";
import { answers, invoke, messageTypes, Reader } from "../../platform/openwrt/ubus/messages.ts";
import { decodeTable, type Table } from "../../platform/openwrt/ubus/values.ts";

/** A table, a status, or nothing: no answer at all. */
export type Said = Table | number | undefined;
export type Objects = Readonly<Record<string, (args: Table) => Said>>;

export interface Ubusd {
  /** Each `OBJECT METHOD` that was called. */
  readonly calls: string[];
  /** Looked-up paths. */
  readonly lookups: string[];
  readonly connections: number;
  /** Gives every object another number, as a restart of its service does. */
  renumber(): void;
  /** Ends every connection. */
  drop(): void;
  close(): Promise<void>;
}

/** @param objects by `OBJECT METHOD` */
export async function serveUbus(path: string, objects: Objects): Promise<Ubusd> {
  const sockets = new Set<Socket>();
  const ids = new Map<string, number>();
  const said = { calls: [] as string[], lookups: [] as string[], connections: 0 };
  let next = 0x0a00_0000;
  const names = () => [...new Set(Object.keys(objects).map((key) => key.slice(0, key.lastIndexOf(" "))))];
  const renumber = () => {
    for (const name of names()) ids.set(name, ++next);
  };
  renumber();

  const server: Server = createServer((socket) => {
    const peer = ++said.connections;
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => {});
    socket.write(answers.hello(peer));
    const reader = new Reader();
    socket.on("data", (chunk: Buffer) => {
      for (const { type, seq, path, object, method, data } of reader.take(chunk)) {
        if (type === messageTypes.lookup) {
          said.lookups.push(path ?? "");
          const id = ids.get(path ?? "");
          if (id !== undefined) socket.write(answers.found(seq, peer, path!, id));
          socket.write(answers.status(seq, peer, id === undefined ? 4 : 0));
        } else if (type === messageTypes.invoke) {
          const name = [...ids].find(([, id]) => id === object)?.[0];
          const answer = name === undefined ? 4 : answered(`${name} ${method}`, data);
          if (answer === undefined) continue;
          if (typeof answer !== "number") socket.write(answers.data(seq, object!, answer));
          socket.write(answers.status(seq, object ?? 0, typeof answer === "number" ? answer : 0));
        }
      }
    });
  });

  function answered(key: string, data: Buffer | undefined): Said {
    said.calls.push(key);
    const answer = Object.hasOwn(objects, key) ? objects[key] : undefined;
    return answer === undefined ? 3 : answer(data === undefined ? {} : decodeTable(data));
  }

  await new Promise<void>((done) => server.listen(path, done));
  return {
    get calls() {
      return said.calls;
    },
    get lookups() {
      return said.lookups;
    },
    get connections() {
      return said.connections;
    },
    renumber,
    drop: () => {
      for (const socket of sockets) socket.destroy();
    },
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((done) => server.close(() => done()));
    },
  };
}

/** Bytes of a call as the real `ubus` program has sent it, for the codec's tests. */
export const call = invoke;
