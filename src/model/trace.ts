/** Rule: whether a value that was read still stands, by the answers that it was read from. TR-069 A.3.2.2.
 *
 * While a value is read, its questions to the sheet, the configuration and the agent are noted: they are the trace of the
 * value. In a later moment each question is asked again, once for all values. A value stands as long as all questions of its
 * trace have the answers that they had; if one has another answer, the value is read anew, and has another trace. The time
 * of day is another answer in every moment. */
import type { ConfigView } from "../ports/config.ts";
import { type Sheet, Unread } from "../ports/facts.ts";
import type { Env } from "./define.ts";
import { modelLimits } from "./limits.ts";
import { type Ask, askedSheet, type Kind } from "./questions.ts";

class Question {
  answer: unknown;
  /** The answer as text, of data. */
  text: string | undefined;
  /** Another number with each other answer. */
  mark = 0;
  /** The moment of the answer. */
  moment = -1;
  constructor(
    readonly read: (env: Env) => unknown,
    readonly kind: Kind,
  ) {}
}

/** Questions in the order in which they are asked first. Values that are read from the same ones share it. */
export class Trace {
  /** Another number when a question has another answer. */
  stamp = -1;
  moment = -1;
  marks: readonly number[] = [];
  /** Empty while no value has this trace. */
  questions: readonly Question[] = [];
  /** The traces that have one question more. Most traces have none. */
  #longer: Map<Question, Trace> | undefined;

  with(question: Question): Trace {
    this.#longer ??= new Map();
    const longer = this.#longer.get(question) ?? new Trace();
    this.#longer.set(question, longer);
    return longer;
  }

  /** Lets go of the longer traces: a value that keeps this one does not keep them. */
  end(): void {
    for (const longer of this.#longer?.values() ?? []) longer.end();
    this.#longer = undefined;
  }
}

/** In a trace with this question a value cannot be kept. */
const spoilt = new Question(() => undefined, "moving");

/** The questions and traces that are known. */
class Memory {
  readonly questions = new Map<string, Question>();
  readonly values = new WeakMap<(env: Env) => unknown, Question>();
  readonly root = new Trace();
}

export class Traces {
  readonly #nextStamp: () => number;
  /** Made when the first value is noted. */
  #sheet: Sheet | undefined;
  #moment = -1;
  #env: Env | undefined;
  /** The same environment, which notes what it is asked: made when the first value of the moment is noted. */
  #asked: Env | undefined;
  /** The questions of the value that is being read. */
  #noted: Set<Question> | undefined;
  #memory = new Memory();

  /** @param nextStamp gives a stamp that nothing has had */
  constructor(nextStamp: () => number) {
    this.#nextStamp = nextStamp;
  }

  /** The answers are those of this environment from here on.
   * @param moment another number each time */
  at(env: Env, moment: number): void {
    this.#env = env;
    this.#moment = moment;
    this.#asked = undefined;
  }

  /** Reads a value with an environment that notes the questions.
   * @returns the trace as it is in this moment; undefined: the value cannot be kept */
  noting<T>(read: (env: Env) => T): { readonly value: T; readonly trace: Trace | undefined } {
    const noted = new Set<Question>();
    this.#asked ??= this.#askedEnv(this.#env!);
    const value = this.#apart(noted, read, this.#asked);
    if (noted.has(spoilt) || noted.size > modelLimits.traceQuestionsMax) return { value, trace: undefined };
    let trace = this.#memory.root;
    for (const question of noted) trace = trace.with(question);
    if (trace.questions.length < noted.size) trace.questions = [...noted];
    this.fresh(trace);
    return { value, trace };
  }

  /** The value that is being read is not to be kept. */
  spoil(): void {
    this.#noted?.add(spoilt);
  }

  /** The stamp of the trace in this moment. */
  fresh(trace: Trace): number {
    return trace.moment === this.#moment ? trace.stamp : this.#renewed(trace);
  }

  #renewed(trace: Trace): number {
    const { questions, marks } = trace;
    let same = trace.stamp >= 0;
    for (let i = 0; i < questions.length; i++) {
      const question = questions[i]!;
      if (question.moment !== this.#moment) this.#again(question);
      if (question.mark !== marks[i]) same = false;
    }
    if (!same) {
      trace.marks = questions.map(({ mark }) => mark);
      trace.stamp = this.#nextStamp();
    }
    trace.moment = this.#moment;
    return trace.stamp;
  }

  /** A question that fails now has another answer: whoever reads the value anew gets the error. */
  #again(question: Question): void {
    try {
      this.#answer(question);
    } catch (error) {
      if (error instanceof Unread) throw error;
      question.mark++;
    }
  }

  #answer(question: Question): unknown {
    return question.moment === this.#moment ? question.answer : this.#answered(question);
  }

  #answered(question: Question): unknown {
    const isData = question.kind === "data";
    const answer = this.#apart(undefined, question.read, this.#env!);
    const text = isData ? JSON.stringify(answer) : undefined;
    const same = isData ? text === question.text : answer === question.answer;
    if (!same || question.kind === "moving") question.mark++;
    question.answer = answer;
    question.text = text;
    question.moment = this.#moment;
    return answer;
  }

  /** Reads something whose questions are not those of the value that is being read. */
  #apart<T>(noted: Set<Question> | undefined, read: (env: Env) => T, env: Env): T {
    const around = this.#noted;
    this.#noted = noted;
    try {
      return read(env);
    } finally {
      this.#noted = around;
    }
  }

  #note(question: Question): unknown {
    const answer = this.#answer(question);
    this.#noted?.add(question);
    return answer;
  }

  #ask<T>(words: string, read: (env: Env) => T, kind: Kind): T {
    let question = this.#memory.questions.get(words);
    if (question === undefined) {
      if (this.#memory.questions.size >= modelLimits.questionsMax) this.#beginAnew();
      question = new Question(read, kind);
      this.#memory.questions.set(words, question);
    }
    return this.#note(question) as T;
  }

  #beginAnew(): void {
    this.#memory.root.end();
    this.#memory = new Memory();
  }

  /** A value that many parameters need is one question of theirs, whatever it is made of. */
  #once<T>(make: (env: Env) => T, env: Env): T {
    if (env !== this.#asked) return make(env);
    const known = this.#memory.values.get(make) ?? new Question(this.#keeping(make), "plain");
    this.#memory.values.set(make, known);
    return this.#note(known) as T;
  }

  #keeping<T>(make: (env: Env) => T): () => T {
    let last: { readonly value: T; readonly trace: Trace; readonly stamp: number } | undefined;
    return () => {
      if (last !== undefined && this.fresh(last.trace) === last.stamp) return last.value;
      const { value, trace } = this.noting(make);
      last = trace && { value, trace, stamp: trace.stamp };
      return value;
    };
  }

  /** Another object for each moment: whatever is kept by it is of this moment. */
  #askedEnv({ own, config }: Env): Env {
    const ask: Ask = (...question) => this.#ask(...question);
    const { devices } = own;
    this.#sheet ??= askedSheet(ask);
    return {
      config: askedView(config, ask),
      sheet: this.#sheet,
      own: {
        read: (name) => ask(`own ${name}`, (env) => env.own.read(name), "plain"),
        ...(devices && { devices: () => ask("devices", (env) => env.own.devices?.() ?? [], "data") }),
      },
      get now() {
        return ask("now", ({ now }) => now, "moving");
      },
      get zone() {
        return ask("zone", ({ zone }) => zone, "plain");
      },
      refer: (thing, at) =>
        ask(`refer ${thing} ${JSON.stringify(at)}`, (env) => env.refer(thing, at), "plain"),
      resolve: (thing, path) => ask(`resolve ${thing} ${path}`, (env) => env.resolve(thing, path), "data"),
      once: (make, env) => this.#once(make, env),
    };
  }
}

/** Two packages of one name and version are equal. */
const askedView = (view: ConfigView, ask: Ask): ConfigView => ({
  package(name) {
    ask(`package ${name}`, ({ config }) => config.package(name)?.version, "plain");
    return view.package(name);
  },
  with: (edits) => view.with(edits),
});
