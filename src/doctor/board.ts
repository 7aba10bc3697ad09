/** Rule: the checks of hooks, room and system. */
import { counted } from "../terminal.ts";
import { doctorLimits as limits } from "./limits.ts";
import type { Finding, Observed, Verdict } from "./observed.ts";

const mib = (bytes: number) => `${(bytes / 1_048_576).toFixed(1)} MiB`;
const below = (bytes: number, least: number, min: number): Verdict =>
  bytes < least ? "fail" : bytes < min ? "warn" : "ok";

export function hookChecks({ hooks, enabledAtBoot, dnsmasqCallsHooks }: Observed): readonly Finding[] {
  const check = "hooks";
  const found: Finding[] = hooks
    .filter(({ fault }) => fault !== undefined)
    .map(({ path, fault, without }) => ({
      check,
      verdict: "warn",
      what: `/${path} ${fault}: ${without}`,
      fix:
        fault === "cannot be executed"
          ? `chmod 755 /${path}`
          : "install the package again: opkg install --force-reinstall cwmpd, or: apk fix cwmpd",
    }));
  if (!enabledAtBoot)
    found.push({
      check,
      verdict: "fail",
      what: "the service is not started at boot",
      fix: "/etc/init.d/cwmpd enable",
    });
  if (dnsmasqCallsHooks === false)
    found.push({
      check,
      verdict: "warn",
      what: "dnsmasq runs since before its hook was there and reports no lease",
      fix: "/etc/init.d/dnsmasq restart",
    });
  if (found.length > 0) return found;
  return [
    {
      check,
      verdict: "ok",
      what: `all ${hooks.length} are there, and the service starts at boot`,
      fix: null,
    },
  ];
}

export function roomChecks({ stateFree, stateVolatile, machine }: Observed): readonly Finding[] {
  const found: Finding[] = [];
  if (typeof stateFree !== "number")
    found.push({
      check: "flash",
      verdict: "fail",
      what: stateFree.unknown,
      fix: "see mount and dmesg for why the flash cannot be written; mount -o remount,rw /overlay",
    });
  else if (stateVolatile)
    found.push({
      check: "flash",
      verdict: "fail",
      what: "/etc lies in memory: configuration and state are lost with the power",
      fix: "see mount and dmesg for why the overlay on flash is not mounted; a fresh flash is ready some minutes after its first start",
    });
  else {
    const verdict = below(stateFree, limits.stateFreeLeast, limits.stateFreeMin);
    const fix = verdict === "ok" ? null : "df -h /etc/cwmp; remove packages or files that are not needed";
    found.push({ check: "flash", verdict, what: `${mib(stateFree)} free for the agent's state`, fix });
  }
  if (machine === undefined) return found;
  const { available, total } = machine.memory;
  const verdict = below(available, limits.memoryLeast, limits.memoryMin);
  const fix = verdict === "ok" ? null : "free; end services that are not needed, or take a board with 256 MB";
  found.push({ check: "memory", verdict, what: `${mib(available)} of ${mib(total)} can be had`, fix });
  return found;
}

export function trustChecks({ trust, builtInRoots, acs }: Observed): readonly Finding[] {
  const check = "trust stores";
  const found = trust.flatMap(({ path, certificates }): readonly Finding[] => {
    if (typeof certificates !== "number")
      return [
        {
          check,
          verdict: "fail",
          what: `${path}: ${certificates.unknown}`,
          fix: `put certificates in PEM there, or name other ones: uci show cwmp | grep ${path}`,
        },
      ];
    if (certificates > 0) return [];
    return [
      {
        check,
        verdict: "fail",
        what: `there is no certificate in ${path}`,
        fix: "put certificates in PEM there",
      },
    ];
  });
  if (found.length > 0) return found;
  const named = trust.map(({ path, certificates }) => `${path} (${certificates})`);
  const plain = acs.url.startsWith("http:") ? "; the ACS is called without TLS" : "";
  return [
    {
      check,
      verdict: "ok",
      what: `${[...named, `${counted(builtInRoots, "root")} in the program`].join(", ")}${plain}`,
      fix: null,
    },
  ];
}

export function leftoverChecks({ leftovers, uncommitted }: Observed): readonly Finding[] {
  const check = "locks";
  const found: Finding[] = leftovers.map((path) => ({
    check,
    verdict: "warn",
    what: `${path} was left behind by a program that ended in the middle`,
    fix: `rm -r ${path}`,
  }));
  if (uncommitted.length > 0)
    found.push({
      check,
      verdict: "warn",
      what: `uncommitted changes wait in ${uncommitted.join(", ")}`,
      fix: "uci changes; then uci commit or uci revert",
    });
  return found.length > 0
    ? found
    : [{ check, verdict: "ok", what: "no leftovers, no uncommitted changes", fix: null }];
}

export function systemChecks({ machine }: Observed): readonly Finding[] {
  if (machine === undefined) return [];
  const { tmp, receiveBufferMax, musl, libstdcxx } = machine;
  const found: Finding[] = [];
  if ("unknown" in tmp) found.push({ check: "/tmp", verdict: "fail", what: tmp.unknown, fix: "see mount" });
  else {
    const small = tmp.free < limits.tmpFreeMin;
    const what = `${mib(tmp.free)} of ${mib(tmp.size)} free${tmp.noexec ? ", noexec, which is no harm" : ""}`;
    const fix = small ? "a Download of an image needs its size there: mount -o remount,size=… /tmp" : null;
    found.push({ check: "/tmp", verdict: small ? "warn" : "ok", what, fix });
  }
  if (receiveBufferMax !== undefined) {
    const small = receiveBufferMax < limits.receiveBufferMin;
    const fix = small ? `sysctl -w net.core.rmem_max=${limits.receiveBufferMin * 4}` : null;
    found.push({
      check: "receive buffer",
      verdict: small ? "warn" : "ok",
      what: `${receiveBufferMax} bytes at most`,
      fix,
    });
  }
  const what = musl
    ? libstdcxx
      ? "libstdc++ of the system is in use"
      : "libstdc++ is missing"
    : "not needed by this build";
  const lacks = musl && !libstdcxx;
  found.push({
    check: "libstdc++",
    verdict: lacks ? "fail" : "ok",
    what,
    fix: lacks ? "opkg install libstdcpp6, or: apk add libstdcpp6" : null,
  });
  return found;
}
