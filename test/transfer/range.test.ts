/** Downloads from servers with bad habits: cut lines, other files in the middle, wrong parts. TR-069 A.3.2.8. */
import { expect, test } from "vitest";
import { content, receive, scripted, sum } from "./lab.ts";

const file = content(300_000);

const head = (lines: readonly string[]) => `${lines.join("\r\n")}\r\n\r\n`;

test("A.3.2.8 a download continues where its connection was lost, with Range and If-Range", async () => {
  const { url, asked } = await scripted((socket, request, count) => {
    if (count === 1) {
      const lines = ["HTTP/1.1 200 OK", `Content-Length: ${file.length}`, 'ETag: "one"'];
      socket.write(head(lines));
      socket.end(file.subarray(0, 100_000));
      return;
    }
    const from = Number(/^bytes=(\d+)-$/.exec(request.headers.get("range") ?? "")?.[1]);
    socket.end(
      Buffer.concat([
        Buffer.from(
          head([
            "HTTP/1.1 206 Partial Content",
            `Content-Length: ${file.length - from}`,
            `Content-Range: bytes ${from}-${file.length - 1}/${file.length}`,
            'ETag: "one"',
          ]),
        ),
        file.subarray(from),
      ]),
    );
  });
  const got = await receive(url);
  expect(got.failure).toBeUndefined();
  expect(sum(got.bytes!)).toBe(sum(file));
  expect(asked.map((a) => a.headers.get("range"))).toEqual([undefined, "bytes=100000-"]);
  expect(asked[1]!.headers.get("if-range")).toBe('"one"');
});

test("A.3.2.8 if the file has changed meanwhile, the whole new file is received", async () => {
  const other = content(200_000).reverse();
  const { url } = await scripted((socket, _, count) => {
    if (count === 1) {
      socket.write(head(["HTTP/1.1 200 OK", `Content-Length: ${file.length}`, 'ETag: "one"']));
      socket.end(file.subarray(0, 150_000));
      return;
    }
    socket.write(head(["HTTP/1.1 200 OK", `Content-Length: ${other.length}`, 'ETag: "two"']));
    socket.end(other);
  });
  const got = await receive(url);
  expect(sum(got.bytes!)).toBe(sum(other));
});

test("A.3.2.8 a server without a validator is asked for the whole file again", async () => {
  const { url, asked } = await scripted((socket, _, count) => {
    socket.write(head(["HTTP/1.1 200 OK", `Content-Length: ${file.length}`]));
    socket.end(count === 1 ? file.subarray(0, 1000) : file);
  });
  const got = await receive(url);
  expect(sum(got.bytes!)).toBe(sum(file));
  expect(asked[1]!.headers.has("range")).toBe(false);
});

test("[R-A.3.2.8-10] a file that never arrives whole is aborted after five continuations, with the bytes received", async () => {
  const { url, asked } = await scripted((socket) => {
    socket.write(head(["HTTP/1.1 200 OK", "Content-Length: 8388608"]));
    socket.end(file.subarray(0, 1000));
  });
  const got = await receive(url);
  expect(got.failure).toMatchObject({ kind: "incomplete", begun: true });
  expect(got.failure!.message).toContain("The file server sent 1,000 of 8,388,608 bytes");
  expect(asked).toHaveLength(6);
});

const wrong: Readonly<Record<string, readonly string[]>> = {
  "a part that was not asked for": [
    "HTTP/1.1 206 Partial Content",
    "Content-Range: bytes 5-9/10",
    "Content-Length: 5",
  ],
  "a part without its place": ["HTTP/1.1 206 Partial Content", "Content-Length: 5"],
  "a coding that was not asked for": ["HTTP/1.1 200 OK", "Content-Encoding: gzip", "Content-Length: 5"],
};

for (const [what, lines] of Object.entries(wrong)) {
  test(`A.3.2.8 ${what} is refused`, async () => {
    const { url, asked } = await scripted((socket) => socket.end(`${head(lines)}12345`));
    const got = await receive(url);
    expect(got.failure?.begun).toBe(true);
    expect(["corrupted", "access"]).toContain(got.failure!.kind);
    expect(asked).toHaveLength(1);
  });
}

test("A.3.2.8 interim responses before the file, chunks, and a body up to the end of the connection are understood", async () => {
  const answers = [
    `${head(["HTTP/1.1 100 Continue"])}${head(["HTTP/1.1 103 Early Hints", "Link: x"])}${head(["HTTP/1.1 200 OK", "Content-Length: 5"])}12345`,
    `${head(["HTTP/1.1 200 OK", "Transfer-Encoding: chunked"])}2\r\n12\r\n3\r\n345\r\n0\r\n\r\n`,
    `${head(["HTTP/1.1 200 OK"])}12345`,
  ];
  const { url } = await scripted((socket, _, count) => socket.end(answers[count - 1]!));
  for (const _ of answers) expect((await receive(url)).bytes?.toString()).toBe("12345");
});

test("A.3.2.8 after 416 for the rest of a shortened file the whole file is received anew", async () => {
  const small = content(1000);
  const { url } = await scripted((socket, _, count) => {
    if (count === 1) {
      socket.write(head(["HTTP/1.1 200 OK", `Content-Length: ${file.length}`, 'ETag: "one"']));
      socket.end(file.subarray(0, 100_000));
    } else if (count === 2) socket.end(head(["HTTP/1.1 416 Range Not Satisfiable", "Content-Length: 0"]));
    else socket.end(Buffer.concat([Buffer.from(head(["HTTP/1.1 200 OK", "Content-Length: 1000"])), small]));
  });
  expect(sum((await receive(url)).bytes!)).toBe(sum(small));
});
