/** Table: Device.IP.Diagnostics. TR-181 has them under IP, with states of its own and, for ping, microseconds beside
 * milliseconds. */
import { always, object } from "../../../../src/model/define.ts";
import { downloadTest, echoConfig, pingTest, routeTest, uploadTest } from "../diagnosticobjects.ts";
import { download, ping, route, upload } from "../diagnostics.ts";

export const diagnostics = object(
  {
    IPv4DownloadDiagnosticsSupported: always("1"),
    IPv6DownloadDiagnosticsSupported: always("1"),
    IPv4UploadDiagnosticsSupported: always("1"),
    IPv6UploadDiagnosticsSupported: always("1"),
  },
  {
    IPPing: pingTest(ping.state, {
      AverageResponseTimeDetailed: ping.averageMicros,
      MinimumResponseTimeDetailed: ping.shortestMicros,
      MaximumResponseTimeDetailed: ping.longestMicros,
    }),
    TraceRoute: routeTest(route.state),
    DownloadDiagnostics: downloadTest(download.state, { DownloadTransports: always("HTTP,FTP") }),
    UploadDiagnostics: uploadTest(upload.state, { UploadTransports: always("HTTP,FTP") }),
    UDPEchoConfig: echoConfig,
  },
);
