/** Table: the diagnostics, which are alike in both roots but for paths, the words of their states and a few names.
 * DiagnosticsState is the last writable parameter: a call sets the arguments before it requests the test. */
import { always, type Binding, count, type ObjectDef, object, table } from "../../../src/model/define.ts";
import { download, hop, hops, ping, route, udpEcho, upload } from "./diagnostics.ts";

type Params = ObjectDef["params"];

/** @param state in the words of the root
 * @param own parameters that only one of the two roots has */
export const pingTest = (state: Binding, own: Params = {}): ObjectDef =>
  object({
    Interface: ping.interface,
    Host: ping.host,
    NumberOfRepetitions: ping.count,
    Timeout: ping.timeout,
    DataBlockSize: ping.size,
    DSCP: ping.dscp,
    DiagnosticsState: state,
    SuccessCount: ping.succeeded,
    FailureCount: ping.lost,
    AverageResponseTime: ping.average,
    MinimumResponseTime: ping.shortest,
    MaximumResponseTime: ping.longest,
    ...own,
  });

/** @param prefix of the names of a hop's parameters */
export function routeTest(state: Binding, prefix = ""): ObjectDef {
  const routeHops = table({
    ...hops,
    instance: object({
      [`${prefix}Host`]: hop.host,
      [`${prefix}HostAddress`]: hop.address,
      [`${prefix}ErrorCode`]: hop.code,
      [`${prefix}RTTimes`]: hop.times,
    }),
  });
  return object(
    {
      Interface: route.interface,
      Host: route.host,
      NumberOfTries: route.tries,
      Timeout: route.timeout,
      DataBlockSize: route.size,
      DSCP: route.dscp,
      MaxHopCount: route.hops,
      DiagnosticsState: state,
      ResponseTime: route.response,
      RouteHopsNumberOfEntries: count(routeHops),
    },
    { RouteHops: routeHops },
  );
}

export const downloadTest = (state: Binding, own: Params = {}): ObjectDef =>
  object({
    Interface: download.interface,
    DownloadURL: download.url,
    ...own,
    DSCP: download.dscp,
    EthernetPriority: download.ethernetPriority,
    DiagnosticsState: state,
    ROMTime: download.requested,
    BOMTime: download.began,
    EOMTime: download.ended,
    TestBytesReceived: download.bytes,
    TotalBytesReceived: download.total,
    TCPOpenRequestTime: download.opening,
    TCPOpenResponseTime: download.opened,
  });

export const uploadTest = (state: Binding, own: Params = {}): ObjectDef =>
  object({
    Interface: upload.interface,
    UploadURL: upload.url,
    ...own,
    DSCP: upload.dscp,
    EthernetPriority: upload.ethernetPriority,
    TestFileLength: upload.length,
    DiagnosticsState: state,
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
