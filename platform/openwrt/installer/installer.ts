/** Adapter: the Installer port on OpenWrt: the use of each type of file. */
import { mkdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import type { ConfigView } from "../../../src/ports/config.ts";
import type { Sending } from "../../../src/ports/files.ts";
import type { Installer } from "../../../src/ports/installer.ts";
import { TransferFailure } from "../../../src/transfer/failure.ts";
import { kindOf } from "../../../src/transfer/filetype.ts";
import { writeDurably } from "../../bun/durable.ts";
import { openSending, unwritten } from "../../bun/files.ts";
import type { ConfigurationPorts } from "./configuration.ts";
import { installLimits } from "./limits.ts";

export interface InstallerPorts extends ConfigurationPorts {
  readonly root: string;
  readonly view: () => ConfigView;
  /** The path of a received file. */
  readonly path: (id: number) => string;
  /** Milliseconds in which a session has to prove a new configuration; 0: none has to. */
  readonly trialMs: () => number;
  /** Uploads of the configuration hold secrets. */
  readonly secrets: () => boolean;
  /** The last lines of the system log. */
  readonly logTail: (bytesMax: number) => Promise<string>;
}

/** Loaded with the first configuration, as every other installer is with the first file of its type. */
const configuration = () => import("./configuration.ts");

/** The directory of web content, below the root. */
const webDirectory = "etc/cwmp/web";

export function openInstaller(ports: InstallerPorts): Installer {
  const { root, path } = ports;

  async function put(id: number, fileType: string): Promise<number> {
    const kind = kindOf("download", fileType);
    const bytes = received(path(id));
    if (kind === "configuration") {
      await (await configuration()).applyConfiguration(ports, id, bytes);
      return ports.trialMs();
    }
    if (kind === "web") {
      const { applyWebContent } = await import("./web.ts");
      await applyWebContent(join(root, webDirectory), id, bytes);
    } else if (kind === "vendor") applyVendor(vendorPath(ports, fileType), bytes);
    else throw new TransferFailure("internal", `Nothing is done with files of the type ${fileType}`);
    return 0;
  }

  return {
    async apply({ id, fileType }) {
      try {
        return await put(id, fileType);
      } catch (error) {
        throw unwritten(error);
      }
    },
    keep: async (id) => (await configuration()).forgetConfiguration(ports, id),
    takeBack: async (id) => (await configuration()).takeConfigurationBack(ports, id),
    async make(fileType) {
      const kind = kindOf("upload", fileType);
      if (kind === "configuration") {
        const { backup } = await import("./backup.ts");
        return inMemory(await backup(ports.packages, ports.secrets()));
      }
      if (kind === "log") return inMemory(Buffer.from(await ports.logTail(installLimits.logBytesMax)));
      const file = vendorPath(ports, fileType);
      return openSending(file).catch((error: Error) => {
        throw new TransferFailure("internal", `The file cannot be read: ${error.message}`);
      });
    },
    serves(direction, fileType) {
      const kind = kindOf(direction, fileType);
      if (kind === "vendor") return vendorEntry(ports.view(), fileType) !== undefined;
      return kind !== undefined && kind !== "firmware";
    },
  };
}

function received(path: string): Uint8Array {
  const { size } = statSync(path);
  const { packedBytesMax } = installLimits;
  if (size > packedBytesMax) {
    throw new TransferFailure("space", `The file has ${size} bytes; ${packedBytesMax} are taken at most`);
  }
  return readFileSync(path);
}

function applyVendor(path: string, bytes: Uint8Array): void {
  mkdirSync(dirname(path), { recursive: true });
  writeDurably(path, bytes);
}

/** A section `filetype` names a type of a vendor and the file that it stands for. */
function vendorEntry(view: ConfigView, fileType: string): string | undefined {
  const sections = view.package("cwmp")?.ofType("filetype") ?? [];
  const found = sections.find((section) => section.options.get("name") === fileType)?.options.get("path");
  return typeof found === "string" && found.startsWith("/") && !found.includes("\0") ? found : undefined;
}

function vendorPath({ root, view }: InstallerPorts, fileType: string): string {
  const path = vendorEntry(view(), fileType);
  if (path === undefined) throw new TransferFailure("internal", `No file is configured for ${fileType}`);
  return join(root, normalize(path));
}

const inMemory = (bytes: Uint8Array): Sending => ({
  length: bytes.length,
  async *pieces() {
    yield bytes;
  },
  close: async () => {},
});
