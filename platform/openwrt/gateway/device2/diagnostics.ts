/** Table: Device.IP.Diagnostics. TR-181 has them under IP, with states of its own and, for ping, microseconds beside
 * milliseconds. DiagnosticsState stands last of what can be set: a call sets the arguments before the test is asked for. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import { download, hop, hops, ping, route, udpEcho, upload } from "../diagnostics.ts";

const pingTest = object({
  Interface: ping.interface,
  Host: ping.host,
  NumberOfRepetitions: ping.count,
  Timeout: ping.timeout,
  DataBlockSize: ping.size,
  DSCP: ping.dscp,
  DiagnosticsState: ping.state,
  SuccessCount: ping.succeeded,
  FailureCount: ping.lost,
  AverageResponseTime: ping.average,
  MinimumResponseTime: ping.shortest,
  MaximumResponseTime: ping.longest,
  AverageResponseTimeDetailed: ping.averageMicros,
  MinimumResponseTimeDetailed: ping.shortestMicros,
  MaximumResponseTimeDetailed: ping.longestMicros,
});

const routeHops = table({
  ...hops,
  instance: object({
    Host: hop.host,
    HostAddress: hop.address,
    ErrorCode: hop.code,
    RTTimes: hop.times,
  }),
});

const routeTest = object(
  {
    Interface: route.interface,
    Host: route.host,
    NumberOfTries: route.tries,
    Timeout: route.timeout,
    DataBlockSize: route.size,
    DSCP: route.dscp,
    MaxHopCount: route.hops,
    DiagnosticsState: route.state,
    ResponseTime: route.response,
    RouteHopsNumberOfEntries: count(routeHops),
  },
  { RouteHops: routeHops },
);

const downloadTest = object({
  Interface: download.interface,
  DownloadURL: download.url,
  DownloadTransports: always("HTTP,FTP"),
  DSCP: download.dscp,
  EthernetPriority: download.ethernetPriority,
  DiagnosticsState: download.state,
  ROMTime: download.requested,
  BOMTime: download.began,
  EOMTime: download.ended,
  TestBytesReceived: download.bytes,
  TotalBytesReceived: download.total,
  TCPOpenRequestTime: download.opening,
  TCPOpenResponseTime: download.opened,
});

const uploadTest = object({
  Interface: upload.interface,
  UploadURL: upload.url,
  UploadTransports: always("HTTP,FTP"),
  DSCP: upload.dscp,
  EthernetPriority: upload.ethernetPriority,
  TestFileLength: upload.length,
  DiagnosticsState: upload.state,
  ROMTime: upload.requested,
  BOMTime: upload.began,
  EOMTime: upload.ended,
  TotalBytesSent: upload.total,
  TCPOpenRequestTime: upload.opening,
  TCPOpenResponseTime: upload.opened,
});

const echoConfig = object({
  Interface: udpEcho.interface,
  SourceIPAddress: udpEcho.source,
  UDPPort: udpEcho.port,
  EchoPlusEnabled: udpEcho.plus,
  Enable: udpEcho.enable,
  EchoPlusSupported: always("1"),
  PacketsReceived: udpEcho.packetsReceived,
  PacketsResponded: udpEcho.packetsResponded,
  BytesReceived: udpEcho.bytesReceived,
  BytesResponded: udpEcho.bytesResponded,
  TimeFirstPacketReceived: udpEcho.first,
  TimeLastPacketReceived: udpEcho.last,
});

export const diagnostics = object(
  {
    IPv4DownloadDiagnosticsSupported: always("1"),
    IPv6DownloadDiagnosticsSupported: always("1"),
    IPv4UploadDiagnosticsSupported: always("1"),
    IPv6UploadDiagnosticsSupported: always("1"),
  },
  {
    IPPing: pingTest,
    TraceRoute: routeTest,
    DownloadDiagnostics: downloadTest,
    UploadDiagnostics: uploadTest,
    UDPEchoConfig: echoConfig,
  },
);
