/** Table: /etc/config of the sample gateway: a router with four LAN ports, two radios, a guest network, today's style
 * and yesterday's side by side. A file with secrets is for its owner only. */

export interface SampleFile {
  readonly text: string;
  readonly mode: number;
}

const network = `
config interface 'loopback'
	option device 'lo'
	option proto 'static'
	list ipaddr '127.0.0.1/8'

config globals 'globals'
	option ula_prefix 'fd5e:1c2a:77b4::/48'

config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'lan1'
	list ports 'lan2'
	list ports 'lan3'
	list ports 'lan4'

config device
	option name 'br-guest'
	option type 'bridge'
	option bridge_empty '1'

config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	list ipaddr '192.168.1.1/24'
	option ip6assign '60'

config interface 'guest'
	option device 'br-guest'
	option proto 'static'
	option ipaddr '192.168.3.1'
	option netmask '255.255.255.0'

config device
	option name 'wan'
	option mtu '1500'

config interface 'wan'
	option device 'wan'
	option proto 'dhcp'

config interface 'wan6'
	option device 'wan'
	option proto 'dhcpv6'

config route 'cameras'
	option interface 'lan'
	option target '192.168.40.0/24'
	option gateway '192.168.1.60'

config route6 'lab'
	option interface 'lan'
	option target 'fd00:40::/64'
	option gateway 'fd5e:1c2a:77b4::60'
	option disabled '1'

`;

const wireless = `
config wifi-device 'radio0'
	option type 'mac80211'
	option path 'soc/18000000.wifi'
	option band '2g'
	option channel 'auto'
	option htmode 'HE20'
	option country 'DE'
	option cell_density '0'

config wifi-iface 'default_radio0'
	option device 'radio0'
	option network 'lan'
	option mode 'ap'
	option ssid 'Sample Home'
	option encryption 'psk2'
	option key 'correct horse battery'
	option wps_pushbutton '0'

config wifi-device 'radio1'
	option type 'mac80211'
	option path 'soc/18000000.wifi+1'
	option band '5g'
	option channel '36'
	option htmode 'HE80'
	option country 'DE'
	option cell_density '0'

config wifi-iface 'default_radio1'
	option device 'radio1'
	option network 'lan'
	option mode 'ap'
	option ssid 'Sample Home'
	option encryption 'sae-mixed'
	option key 'correct horse battery'

# the guests' network is anonymous and off
config wifi-iface
	option device 'radio0'
	option network 'guest'
	option mode 'ap'
	option ssid 'Sample Guests'
	option encryption 'psk2+ccmp'
	option key 'be our guest'
	option isolate '1'
	option disabled '1'

`;

const dhcp = `
config dnsmasq
	option domainneeded '1'
	option localise_queries '1'
	option rebind_protection '1'
	option rebind_localhost '1'
	option local '/lan/'
	option domain 'lan'
	option expandhosts '1'
	option cachesize '1000'
	option authoritative '1'
	option readethers '1'
	option leasefile '/tmp/dhcp.leases'
	option resolvfile '/tmp/resolv.conf.d/resolv.conf.auto'
	option localservice '1'
	option ednspacket_max '1232'

# the provider's boxes for television have a pool of their own
config vendorclass 'tv_boxes'
	option networkid 'tv'
	option vendorclass 'SampleTV'

config dhcp 'tv'
	option interface 'lan'
	list tag 'tv'
	option networkid 'tv'
	option start '60'
	option limit '20'
	option leasetime '1h'
	option dhcpv4 'server'
	list dhcp_option '66,tv.example'

config dhcp 'lan'
	option interface 'lan'
	option start '100'
	option limit '150'
	option leasetime '12h'
	option dhcpv4 'server'
	option dhcpv6 'server'
	option ra 'server'
	list dhcp_option '42,192.168.1.1'

config dhcp 'guest'
	option interface 'guest'
	option start '10'
	option limit '50'
	option leasetime '1h'
	option dhcpv4 'server'
	list dhcp_option '6,9.9.9.9,149.112.112.112'

config dhcp 'wan'
	option interface 'wan'
	option ignore '1'

config host
	option name 'printer'
	option mac '00:00:5E:00:53:51'
	option ip '192.168.1.20'

config host
	option name 'nas'
	list mac '00:00:5E:00:53:52'
	option ip '192.168.1.21'
	option leasetime 'infinite'

config odhcpd 'odhcpd'
	option maindhcp '0'
	option leasefile '/tmp/odhcpd.leases'
	option loglevel '4'

`;

const firewall = `# what is not said here is refused
config defaults
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'
	option synflood_protect '1'

config zone
	option name 'lan'
	list network 'lan'
	option input 'ACCEPT'
	option output 'ACCEPT'
	option forward 'ACCEPT'

config zone
	option name 'wan'
	list network 'wan'
	list network 'wan6'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'DROP'
	option masq '1'
	option mtu_fix '1'

config zone 'guest'
	option name 'guest'
	option network 'guest'
	option input 'REJECT'
	option output 'ACCEPT'
	option forward 'REJECT'

config forwarding
	option src 'lan'
	option dest 'wan'

config forwarding
	option src 'guest'
	option dest 'wan'

config rule
	option name 'Allow-DHCP-Renew'
	option src 'wan'
	option proto 'udp'
	option dest_port '68'
	option target 'ACCEPT'
	option family 'ipv4'

config rule
	option name 'Allow-Ping'
	option src 'wan'
	option proto 'icmp'
	option icmp_type 'echo-request'
	option family 'ipv4'
	option target 'ACCEPT'

config rule
	option name 'Guest-DNS'
	option src 'guest'
	option dest_port '53'
	option target 'ACCEPT'

# web server on the NAS
config redirect
	option name 'NAS web'
	option src 'wan'
	option src_dport '8443'
	option dest 'lan'
	option dest_ip '192.168.1.21'
	option dest_port '443'
	option proto 'tcp'
	option target 'DNAT'

# no protocol: both
config redirect
	option name 'Game console'
	option src 'wan'
	option src_dport '3074'
	option dest 'lan'
	option dest_ip '192.168.1.60'
	option target 'DNAT'
	option enabled '0'

`;

const system = `
config system
	option hostname 'sample'
	option timezone 'CET-1CEST,M3.5.0,M10.5.0/3'
	option zonename 'Europe/Berlin'
	option ttylogin '0'
	option log_size '128'
	option urandom_seed '0'

config timeserver 'ntp'
	option enabled '1'
	option enable_server '0'
	list server '0.openwrt.pool.ntp.org'
	list server '1.openwrt.pool.ntp.org'
	list server '2.openwrt.pool.ntp.org'
	list server '3.openwrt.pool.ntp.org'

`;

const cwmp = `# the TR-069 agent: see docs/configuration.md
config acs 'acs'
	option url 'http://127.0.0.1:7547/'
	option periodic_inform_enable '1'
	option periodic_inform_interval '300'

config cpe 'cpe'
	option enabled '1'
	option interface 'wan'
	option port '0'
	option username 'acs'
	option password 'knock knock'
	option data_model 'InternetGatewayDevice'
	option provisioning_code 'SAMPLE.1'
	option log_level 'info'

config slots 'slots'
	option a '/var/flash/a.img'
	option b '/var/flash/b.img'

# a signed voucher opens the guests' network: see docs/vouchers.md
config voucher 'voucher'
	list algorithms 'rsa-sha256'
	list algorithms 'ecdsa-sha256'

config option 'guest'
	option name 'Guest Network'
	option uci 'wireless.@wifi-iface[2].disabled'
	option on '0'
	option off '1'

`;

export const sampleConfigs: Readonly<Record<string, SampleFile>> = {
  network: { text: network, mode: 0o600 },
  wireless: { text: wireless, mode: 0o600 },
  dhcp: { text: dhcp, mode: 0o644 },
  firewall: { text: firewall, mode: 0o644 },
  system: { text: system, mode: 0o600 },
  cwmp: { text: cwmp, mode: 0o600 },
};
