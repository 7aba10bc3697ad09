/** The arguments of Download and Upload: a test names those that matter to it, the others are empty. A.3.2.8, A.4.1.5. */
import type { Args } from "../../src/rpc/table.ts";

export const downloadArguments = (named: Partial<Args<"Download">>): Args<"Download"> => ({
  CommandKey: "",
  FileType: "",
  URL: "",
  Username: "",
  Password: "",
  FileSize: 0,
  TargetFileName: "",
  DelaySeconds: 0,
  SuccessURL: "",
  FailureURL: "",
  ...named,
});

export const uploadArguments = (named: Partial<Args<"Upload">>): Args<"Upload"> => ({
  CommandKey: "",
  FileType: "",
  URL: "",
  Username: "",
  Password: "",
  DelaySeconds: 0,
  ...named,
});
