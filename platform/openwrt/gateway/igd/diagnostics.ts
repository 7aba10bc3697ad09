/** Table: the diagnostics of InternetGatewayDevice, each an object of its own below the root, with the older words of
 * states. */
import { always, object } from "../../../../src/model/define.ts";
import * as tests from "../diagnosticobjects.ts";
import { download, ping, route, upload } from "../diagnostics.ts";

export const capabilities = object(
  {},
  {
    PerformanceDiagnostic: object({
      DownloadTransports: always("HTTP,FTP"),
      UploadTransports: always("HTTP,FTP"),
    }),
  },
);

export const pingTest = tests.pingTest(ping.olderState);
export const routeTest = tests.routeTest(route.olderState, "Hop");
export const downloadTest = tests.downloadTest(download.olderState);
export const uploadTest = tests.uploadTest(upload.olderState);
