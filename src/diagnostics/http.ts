/** Handler: a download or an upload over HTTP that only measures. TR-143 4.1, 4.2, 4.3. */
import { Lost } from "../errors.ts";
import { type LinePorts, type LineSettings, Lines } from "../http/lines.ts";
import type { HttpHead, HttpRequest, Line } from "../ports/net.ts";
import type { Stopped } from "../ports/probes.ts";
import { diagnosticsLimits } from "./limits.ts";
import { type Measured, measuredResults } from "./measured.ts";
import type { Outcome } from "./sections.ts";

export interface HttpTest {
  readonly direction: "download" | "upload";
  readonly url: URL;
  /** Bytes of an upload. */
  readonly length: number;
  /** The local address of the connection; undefined: the routes choose it. */
  readonly from: string | undefined;
  readonly tls: LineSettings["tls"];
}

type State = Outcome["state"];

/** The times and counts of the connection so far. */
interface Course {
  opening?: number;
  opened?: number;
  began?: number;
  body: number;
  length: number | undefined;
  line?: Line;
  late?: boolean;
}

/** A single request on its own connection. Never rejects.
 * @param stopped ends the test */
export async function testHttp(test: HttpTest, ports: LinePorts, stopped: Stopped): Promise<Outcome> {
  const { clock } = ports;
  const course: Course = { body: 0, length: undefined };
  const lines = new Lines({ ...lineSettings, tls: test.tls }, observed(test, ports, course), undefined);
  stopped(() => lines.close());
  const end = clock.now().mono + diagnosticsLimits.testMsMax;
  const unwake = clock.wake(end, () => {
    course.late = true;
    lines.close();
  });
  let state: State;
  try {
    const { status } = await lines.exchange(
      test.url,
      () => requestOf(test, () => (course.began ??= clock.now().mono)),
      (head) => answered(test, head, course, clock.now().mono),
    );
    state = stateOf(test, status, course);
  } catch (error) {
    state = course.late ? "Error_Timeout" : failureOf(test, error, course);
  } finally {
    unwake();
  }
  const ended = clock.now();
  const traffic = course.line?.traffic;
  lines.close();
  const measured: Measured = {
    opening: course.opening,
    opened: course.opened,
    requested: course.opened,
    began: course.began,
    ended: state === "Complete" ? ended.mono : undefined,
    bytes: test.direction === "download" ? (traffic?.received ?? course.body) : (traffic?.sent ?? 0),
  };
  return { state, results: measuredResults(measured, ended) };
}

const lineSettings = {
  peer: "file server",
  bodyBytesMax: diagnosticsLimits.pageBytesMax,
  responseMsMax: diagnosticsLimits.answerMsMax,
  connectMsMax: diagnosticsLimits.answerMsMax,
} as const;

/** Notes the moments at which the connection is asked for and is established. */
function observed(test: HttpTest, ports: LinePorts, course: Course): LinePorts {
  const { clock, net } = ports;
  return {
    ...ports,
    net: {
      resolve: (host) => net.resolve(host),
      line(target, policy) {
        course.opening = clock.now().mono;
        const opened = () => (course.opened ??= clock.now().mono);
        const line = net.line({ ...target, ...(test.from && { from: test.from }), opened }, policy);
        course.line = line;
        return line;
      },
    },
  };
}

function requestOf(test: HttpTest, began: () => void): HttpRequest {
  const path = test.url.pathname + test.url.search;
  const common: HttpRequest["headers"] = [
    ["User-Agent", "cwmpd"],
    ["Accept-Encoding", "identity"],
  ];
  if (test.direction === "download") return { method: "GET", path, headers: common, body: none };
  const { length } = test;
  const pieces = async function* () {
    began();
    for (let left = length; left > 0; left -= piece.length) yield piece.subarray(0, left);
  };
  const headers: HttpRequest["headers"] = [...common, ["Content-Length", `${length}`]];
  return { method: "PUT", path, headers, body: none, source: { length, pieces } };
}

const none = new Uint8Array();
const piece = new Uint8Array(diagnosticsLimits.pieceBytes);

/** Counts the bytes of a download's body and drops them. */
function answered({ direction }: HttpTest, head: HttpHead, course: Course, now: number) {
  if (direction === "upload" || head.status !== 200) return undefined;
  course.began = now;
  const [, length] = head.headers.find(([name]) => name.toLowerCase() === "content-length") ?? [];
  course.length = length !== undefined && /^\d{1,15}$/.test(length) ? Number(length) : undefined;
  return {
    take(bytes: Uint8Array) {
      course.body += bytes.length;
      if (course.body > diagnosticsLimits.downloadBytesMax) throw new Lost("the file is too long for a test");
    },
  };
}

function stateOf({ direction }: HttpTest, status: number, course: Course): State {
  if (status === 401 || status === 403 || status === 407) return "Error_LoginFailed";
  if (direction === "upload") return status >= 200 && status <= 299 ? "Complete" : "Error_NoTransferComplete";
  if (status !== 200) return "Error_TransferFailed";
  return course.length !== undefined && course.body !== course.length ? "Error_IncorrectSize" : "Complete";
}

function failureOf({ direction }: HttpTest, error: unknown, course: Course): State {
  if (course.opening === undefined) return "Error_CannotResolveHostName";
  if (course.opened === undefined) {
    const text = error instanceof Error ? error.message : "";
    return /EHOSTUNREACH|ENETUNREACH/.test(text) ? "Error_NoRouteToHost" : "Error_InitConnectionFailed";
  }
  if (direction === "upload") return "Error_NoResponse";
  if (course.began === undefined) return "Error_NoResponse";
  const short = course.length !== undefined && course.body < course.length;
  return short ? "Error_IncorrectSize" : "Error_TransferFailed";
}
