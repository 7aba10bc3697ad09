/** Rule: the checks of the way to the ACS and back. TR-069 3.1, 3.2.2, 3.3, Annex G. */
import { doctorLimits } from "./limits.ts";
import type { AcsTrial, Finding, Observed } from "./observed.ts";

export function interfaceCheck({ interface: on }: Observed): Finding {
  const check = "management interface";
  if (on.up && on.address !== "")
    return { check, verdict: "ok", what: `${on.name} has ${on.address}`, fix: null };
  return {
    check,
    verdict: "fail",
    what: `${on.name} has no address`,
    fix: `ifstatus ${on.name}; where the ACS is reached by another interface: uci set cwmp.cpe.interface=NAME`,
  };
}

export function routeCheck({ defaultRoute }: Observed): Finding {
  const check = "route";
  if (defaultRoute) return { check, verdict: "ok", what: "there is a default route", fix: null };
  const fix = "ip route; the DHCP server or the interface's gateway option names none";
  return { check, verdict: "warn", what: "there is no default route", fix };
}

export function nameServerCheck({ nameServers, acs }: Observed): Finding {
  const check = "DNS";
  if (nameServers.length > 0)
    return { check, verdict: "ok", what: `asks ${nameServers.join(", ")}`, fix: null };
  const literal = /^https?:\/\/(?:[\d.]+|\[)/.test(acs.url);
  return {
    check,
    verdict: literal ? "warn" : "fail",
    what: "no name server is known",
    fix: "see /tmp/resolv.conf.d/resolv.conf.auto; set one: uci add_list network.wan.dns=ADDRESS",
  };
}

export function acsChecks(observed: Observed): readonly Finding[] {
  const { url, source, discovery, trial } = observed.acs;
  const check = "ACS";
  if (url === "")
    return [
      {
        check,
        verdict: "fail",
        what: discovery ? "none is configured, and DHCP has named none" : "none is configured",
        fix: "uci set cwmp.acs.url=https://…; uci commit cwmp; or have DHCP name it (cwmpd dhcp discover)",
      },
    ];
  if (trial === undefined)
    return [{ check, verdict: "ok", what: `${url}, from ${source}; not tried`, fix: null }];
  if (trial.failure !== undefined)
    return [{ check, verdict: "fail", what: `${url}: ${trial.failure}`, fix: reachFix(trial) }];
  const reached: Finding = {
    check,
    verdict: "ok",
    what: `${url}, from ${source}, answers at ${trial.addresses[0]}`,
    fix: null,
  };
  return [reached, ...certificateCheck(observed, trial)];
}

function reachFix({ failure = "", addresses }: AcsTrial): string {
  if (failure.includes("certificate"))
    return "put the root of the ACS's chain into a file and name it: uci set cwmp.acs.ca_file=…; see that the URL has the name of the certificate";
  if (addresses.length === 0) return "nslookup the name; see the check DNS";
  return "see that the ACS listens there and that no firewall is between: nc -vz HOST PORT";
}

function certificateCheck({ now, clockKnown }: Observed, { certificate }: AcsTrial): readonly Finding[] {
  if (certificate === undefined) return [];
  const check = "certificate of the ACS";
  const { names, issuer, begins, ends } = certificate;
  const day = (ms: number) => new Date(ms).toISOString().slice(0, 10);
  const what = `for ${names}, by ${issuer}, ${day(begins)} to ${day(ends)}`;
  if (clockKnown && ends - now < doctorLimits.certificateWarnMs)
    return [
      { check, verdict: "warn", what: `${what}: ends soon`, fix: "have the operator of the ACS renew it" },
    ];
  return [{ check, verdict: "ok", what, fix: null }];
}

export function portCheck({ machine, portWanted }: Observed): readonly Finding[] {
  if (machine === undefined) return [];
  const check = "Connection Request port";
  if (typeof machine.port !== "string")
    return [
      { check, verdict: "warn", what: `port ${portWanted}: ${machine.port.unknown}`, fix: "run as root" },
    ];
  const verdicts = {
    agent: { verdict: "ok", what: `the agent listens on ${portWanted}`, fix: null },
    nobody: {
      verdict: "ok",
      what: portWanted === 0 ? "a free one is taken" : `${portWanted} is free`,
      fix: null,
    },
    other: {
      verdict: "fail",
      what: `another program has port ${portWanted}`,
      fix: `netstat -ltnp; end that program, or: uci set cwmp.cpe.port=…`,
    },
  } as const;
  return [{ check, ...verdicts[machine.port] }];
}

/** 3.1: options 43 and 125 come only when they are asked for, and many servers answer only to dslforum.org. */
export function dhcpCheck({ interface: on, acs }: Observed): readonly Finding[] {
  if (on.dhcp === undefined || !acs.discovery) return [];
  const check = "DHCP discovery";
  const missing = ["43", "125"].filter((code) => !on.dhcp!.asked.includes(code));
  const silent = on.dhcp.vendor.includes("dslforum.org") ? [] : ["does not say dslforum.org (option 60)"];
  const lacks = [
    ...(missing.length > 0 ? [`does not ask for option ${missing.join(" and ")}`] : []),
    ...silent,
  ];
  if (lacks.length === 0)
    return [{ check, verdict: "ok", what: `${on.name} asks for options 43 and 125`, fix: null }];
  return [
    {
      check,
      verdict: acs.url === "" ? "fail" : "warn",
      what: `${on.name} ${lacks.join(" and ")}`,
      fix: `uci -q delete cwmp.dhcp; /usr/lib/cwmpd/dhcp-options add; ifup ${on.name}`,
    },
  ];
}

/** Private addresses, which cannot be reached from the Internet: RFC 1918, RFC 6598, RFC 3927. */
const behindNat =
  /^(10\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

export function natCheck({ interface: on, stun }: Observed): Finding {
  const check = "NAT";
  if (!behindNat.test(on.address))
    return {
      check,
      verdict: "ok",
      what: on.address === "" ? "no address to judge" : `${on.address} is no address behind a NAT`,
      fix: null,
    };
  if (stun.enabled)
    return { check, verdict: "ok", what: `${on.address} may be behind a NAT; STUN is on`, fix: null };
  return {
    check,
    verdict: "warn",
    what: `${on.address} may be behind a NAT: the ACS then cannot send Connection Requests`,
    fix: "uci set cwmp.stun=stun; uci set cwmp.stun.enable=1; uci set cwmp.stun.server=HOST; try it: cwmpd stun probe HOST",
  };
}
