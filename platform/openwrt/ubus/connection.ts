/** Adapter: one connection to ubusd: questions out, answers in, each bounded in time and size. */
import { connect, type Socket } from "node:net";
import { ubusLimits } from "./limits.ts";
import { invoke, lookup, type Message, messageTypes, Reader, statuses } from "./messages.ts";
import { decodeTable, type Table } from "./values.ts";

/** How a question ended. */
export type Reply =
  | {
      readonly is: "done";
      readonly status: number;
      readonly value: Table;
      readonly objects: readonly number[];
    }
  /** No answer in time: the service that should have answered is stuck. */
  | { readonly is: "late" }
  /** The connection is closed, and every question on it is lost. */
  | { readonly is: "lost" };

interface Question {
  readonly answer: (reply: Reply) => void;
  readonly timer: NodeJS.Timeout;
  value: Record<string, Table[string]>;
  objects: number[];
  bytes: number;
}

export class Connection {
  readonly #socket: Socket;
  readonly #reader = new Reader();
  readonly #questions = new Map<number, Question>();
  readonly #objects = new Map<string, number>();
  #seq = 0;
  #greeted: (() => void) | undefined;
  /** False once it can carry nothing any more. */
  open = true;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on("data", (chunk: Buffer) => this.#take(chunk));
    socket.on("error", () => this.close());
    socket.on("close", () => this.close());
    // A connection at rest keeps no process alive.
    socket.unref();
  }

  /** @returns undefined where nobody greets there in time */
  static async to(path: string): Promise<Connection | undefined> {
    const connection = new Connection(connect({ path }));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(() => connection.close(), ubusLimits.greetingMsMax);
      connection.#greeted = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    return connection.open ? connection : undefined;
  }

  /** Calls a method. The number of its object is looked up once, and again when a restart has changed it. */
  async call(object: string, method: string, args: Table): Promise<Reply> {
    const known = this.#objects.get(object);
    if (known !== undefined) {
      const reply = await this.#ask((seq) => invoke(seq, known, method, args));
      if (reply.is !== "done" || reply.status !== statuses.notFound) return reply;
      this.#objects.delete(object);
    }
    const found = await this.#ask((seq) => lookup(seq, object));
    if (found.is !== "done" || found.status !== statuses.ok) return found;
    const id = found.objects[0];
    if (id === undefined) return { ...found, status: statuses.notFound };
    if (this.#objects.size >= ubusLimits.objectsMax) this.#objects.clear();
    this.#objects.set(object, id);
    return this.#ask((seq) => invoke(seq, id, method, args));
  }

  close(): void {
    if (!this.open) return;
    this.open = false;
    this.#socket.destroy();
    this.#greeted?.();
    for (const seq of [...this.#questions.keys()]) this.#end(seq, { is: "lost" });
  }

  #ask(write: (seq: number) => Buffer): Promise<Reply> {
    if (!this.open || this.#questions.size >= ubusLimits.questionsMax) return Promise.resolve({ is: "lost" });
    do this.#seq = (this.#seq + 1) & 0xffff;
    while (this.#questions.has(this.#seq));
    const seq = this.#seq;
    return new Promise((answer) => {
      const timer = setTimeout(() => this.#end(seq, { is: "late" }), ubusLimits.answerMsMax);
      this.#questions.set(seq, { answer, timer, value: {}, objects: [], bytes: 0 });
      this.#socket.write(write(seq));
    });
  }

  #end(seq: number, reply: Reply): void {
    const question = this.#questions.get(seq);
    if (question === undefined) return;
    this.#questions.delete(seq);
    clearTimeout(question.timer);
    question.answer(reply);
  }

  #take(chunk: Buffer): void {
    try {
      for (const message of this.#reader.take(chunk)) this.#heard(message);
    } catch {
      // After bytes that are no message, the start of the next message is unknown.
      this.close();
    }
  }

  #heard({ type, seq, status, object, data }: Message): void {
    if (type === messageTypes.hello) {
      this.#greeted?.();
      return;
    }
    // A late answer, or an answer without a question, is discarded.
    const question = this.#questions.get(seq);
    if (question === undefined) return;
    if (type === messageTypes.status) {
      const { value, objects } = question;
      this.#end(seq, { is: "done", status: status ?? statuses.noData, value, objects });
    } else if (type === messageTypes.data) {
      question.bytes += data?.length ?? 4;
      if (question.bytes > ubusLimits.messageBytesMax) this.close();
      else if (data !== undefined) Object.assign(question.value, decodeTable(data));
      else if (object !== undefined) question.objects.push(object);
    }
  }
}
