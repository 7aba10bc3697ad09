/** Rule: the checks of the way to the ACS and back. TR-069 3.1, 3.2.2, 3.3, Annex G. */
import { doctorLimits } from "./limits.ts";
import type { AcsTrial, Finding, Observed, Port, PortUse, Verdict } from "./observed.ts";

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
    return [{ check, verdict: "fail", what: `${url}: ${trial.failure}`, fix: reachFix(url, trial) }];
  const reached: Finding = {
    check,
    verdict: "ok",
    what: `${url}, from ${source}, answers at ${trial.addresses[0]}`,
    fix: null,
  };
  return [reached, ...certificateCheck(observed, trial)];
}

function reachFix(url: string, { failure = "", addresses }: AcsTrial): string {
  const { protocol, hostname, port } = new URL(url);
  if (/expired|not valid yet/.test(failure))
    return "see the date of this board (date -u), then have the operator of the ACS renew the certificate";
  if (failure.includes("is not for"))
    return "have the URL name the host of the certificate: uci set cwmp.acs.url=https://…; uci commit cwmp";
  if (/cert|client_key/.test(failure) && !failure.startsWith("the certificate"))
    return "uci show cwmp.acs: mend the file that is named, or delete the option";
  if (failure.includes("certificate"))
    return "put the root of the ACS's chain into a file and name it: uci set cwmp.acs.ca_file=…; uci commit cwmp";
  if (/TLS/.test(failure))
    return "see that the port of the URL is the one of https, and cwmp.acs.tls_min_version";
  if (addresses.length === 0) return `nslookup ${hostname}; see the check DNS`;
  const place = port || (protocol === "https:" ? "443" : "80");
  return `see that the ACS listens there and that no firewall is between: nc ${addresses[0]} ${place} < /dev/null`;
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

const ports = {
  requests: { check: "Connection Request port", option: "cpe.port", protocol: "tcp" },
  "udp requests": { check: "UDP request port", option: "cpe.port", protocol: "udp" },
  page: { check: "LAN page port", option: "lan.port", protocol: "tcp" },
  echo: { check: "UDP echo port", option: "udp_echo.port", protocol: "udp" },
} as const satisfies Record<PortUse, object>;

export const portChecks = ({ machine, agent }: Observed): readonly Finding[] =>
  (machine?.ports ?? []).map((port) => portCheck(port, agent !== undefined));

function portCheck({ use, port, owner }: Port, runs: boolean): Finding {
  const { check, option, protocol } = ports[use];
  const told = (verdict: Verdict, what: string, fix: string | null): Finding => ({
    check,
    verdict,
    what,
    fix,
  });
  if (port === 0) return told("ok", "a free one is taken", null);
  if (owner === "agent") return told("ok", `the agent listens on ${port}`, null);
  if (owner === "nobody") {
    if (!runs) return told("ok", `${port} is free`, null);
    return told(
      "warn",
      `the agent runs and does not listen on ${port}`,
      "logread -e cwmpd; it tries again within 30 s",
    );
  }
  if ("unknown" in owner) return told("warn", `port ${port}: ${owner.unknown}`, "run as root");
  const list = protocol === "tcp" ? "netstat -ltnp" : "netstat -lunp";
  return told(
    "fail",
    `${owner.other} has ${protocol} port ${port}`,
    `end that program (${list}), or: uci set cwmp.${option}=…; uci commit cwmp`,
  );
}

/** 3.1: options 43 and 125 are sent only when they are asked for, and many servers answer only to dslforum.org. */
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

/** Private addresses, which cannot be reached from the Internet: RFC 1918, RFC 6598, RFC 3927, RFC 1122. */
const behindNat =
  /^(10\.|127\.|192\.168\.|169\.254\.|172\.(1[6-9]|2\d|3[01])\.|100\.(6[4-9]|[7-9]\d|1[01]\d|12[0-7])\.)/;

export function natCheck(seen: Observed): Finding {
  const check = "NAT";
  const { interface: on, stun, acs } = seen;
  const told = (verdict: Verdict, what: string, fix: string | null = null): Finding => ({
    check,
    verdict,
    what,
    fix,
  });
  if (stun.enabled) return stunCheck(stun, told);
  if (on.address === "") return told("ok", "no address to judge");
  if (!behindNat.test(on.address)) return told("ok", `${on.address} is no address behind a NAT`);
  const addresses = acs.trial?.addresses ?? [];
  const fourth = addresses.filter((one) => !one.includes(":"));
  if (addresses.length > 0 && fourth.length === 0) return told("ok", "the ACS is reached over IPv6 alone");
  if (fourth.length > 0 && fourth.every((one) => behindNat.test(one)))
    return told("ok", `${on.address} is private, and so is the ACS at ${fourth[0]}`);
  return told(
    "warn",
    `${on.address} may be behind a NAT: the ACS then cannot send Connection Requests, and STUN is off`,
    "uci set cwmp.stun=stun; uci set cwmp.stun.enable=1; uci set cwmp.stun.server=HOST; uci commit cwmp; try it: cwmpd stun probe HOST",
  );
}

/** G.2.1: without a binding no UDP Connection Request arrives. */
function stunCheck(
  { server, binding }: Observed["stun"],
  told: (verdict: Verdict, what: string, fix?: string) => Finding,
): Finding {
  if (server === "")
    return told(
      "fail",
      "STUN is on and no server is known",
      "uci set cwmp.stun.server=HOST; uci commit cwmp",
    );
  if (binding === undefined)
    return told("ok", `STUN is on, with ${server}; its binding is seen once the agent runs`);
  if (binding.found)
    return told("ok", `STUN has found ${binding.address}${binding.nat ? ", behind a NAT" : ", and no NAT"}`);
  return told("warn", `STUN is on and has no binding: ${binding.why}`, `cwmpd stun probe ${server}`);
}
