/** Table: the diagnostics of InternetGatewayDevice, each an object of its own below the root. DiagnosticsState stands last of
 * what can be set: a call sets the arguments before the test is asked for. */
import { always, count, object, table } from "../../../../src/model/define.ts";
import { download, hop, hops, ping, route, udpEcho, upload } from "../diagnostics.ts";

export const capabilities = object(
  {},
  {
    PerformanceDiagnostic: object({
      DownloadTransports: always("HTTP,FTP"),
      UploadTransports: always("HTTP,FTP"),
    }),
  },
);

export const pingTest = object({
  Interface: ping.interface,
  Host: ping.host,
  NumberOfRepetitions: ping.count,
  Timeout: ping.timeout,
  DataBlockSize: ping.size,
  DSCP: ping.dscp,
  DiagnosticsState: ping.olderState,
  SuccessCount: ping.succeeded,
  FailureCount: ping.lost,
  AverageResponseTime: ping.average,
  MinimumResponseTime: ping.shortest,
  MaximumResponseTime: ping.longest,
});

const routeHops = table({
  ...hops,
  instance: object({
    HopHost: hop.host,
    HopHostAddress: hop.address,
    HopErrorCode: hop.code,
    HopRTTimes: hop.times,
  }),
});

export const routeTest = object(
  {
    Interface: route.interface,
    Host: route.host,
    NumberOfTries: route.tries,
    Timeout: route.timeout,
    DataBlockSize: route.size,
    DSCP: route.dscp,
    MaxHopCount: route.hops,
    DiagnosticsState: route.olderState,
    ResponseTime: route.response,
    RouteHopsNumberOfEntries: count(routeHops),
  },
  { RouteHops: routeHops },
);

export const downloadTest = object({
  Interface: download.interface,
  DownloadURL: download.url,
  DSCP: download.dscp,
  EthernetPriority: download.ethernetPriority,
  DiagnosticsState: download.olderState,
  ROMTime: download.requested,
  BOMTime: download.began,
  EOMTime: download.ended,
  TestBytesReceived: download.bytes,
  TotalBytesReceived: download.total,
  TCPOpenRequestTime: download.opening,
  TCPOpenResponseTime: download.opened,
});

export const uploadTest = object({
  Interface: upload.interface,
  UploadURL: upload.url,
  DSCP: upload.dscp,
  EthernetPriority: upload.ethernetPriority,
  TestFileLength: upload.length,
  DiagnosticsState: upload.olderState,
  ROMTime: upload.requested,
  BOMTime: upload.began,
  EOMTime: upload.ended,
  TotalBytesSent: upload.total,
  TCPOpenRequestTime: upload.opening,
  TCPOpenResponseTime: upload.opened,
});

export const echoConfig = object({
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
