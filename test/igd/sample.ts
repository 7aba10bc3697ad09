/** Fixture: packages in the styles that routers have, today's and older ones. */

export const network = `
config interface 'loopback'
	option device 'lo'
	option proto 'static'
	list ipaddr '127.0.0.1/8'
config device
	option name 'br-lan'
	option type 'bridge'
	list ports 'lan1'
	list ports 'lan2'
config interface 'lan'
	option device 'br-lan'
	option proto 'static'
	list ipaddr '192.168.1.1/24'
config interface 'guest'
	option type 'bridge'
	option ifname 'eth0.3 eth1'
	option proto 'static'
	option ipaddr '192.168.3.1'
	option netmask '255.255.255.0'
config interface 'wan'
	option device 'wan'
	option proto 'dhcp'
config interface 'wan6'
	option device '@wan'
	option proto 'dhcpv6'
`;

export const firewall = `
config zone
	option name 'lan'
	list network 'lan'
config zone
	option name 'guest'
	option network 'guest'
config zone
	option name 'wan'
	option network 'wan wan6'
	option masq '1'
`;

export const dhcp = `
config dnsmasq
	option domain 'home.example'
config dhcp 'lan'
	option interface 'lan'
	option start '100'
	option limit '150'
	option leasetime '12h'
`;

export const wireless = `
config wifi-device 'radio0'
	option band '2g'
	option channel 'auto'
	option htmode 'HT20'
config wifi-iface
	option device 'radio0'
	option network 'lan'
	option mode 'ap'
	option ssid 'Home'
	option encryption 'psk2'
	option key 'twelve words'
`;

export const system = `
config system
	option hostname 'gw'
	option timezone 'CET-1CEST,M3.5.0,M10.5.0/3'
	option zonename 'Europe/Berlin'
config timeserver 'ntp'
	list server 'a.example'
	list server 'b.example'
`;

export const cwmp = `
config acs 'acs'
	option url 'http://acs.example/'
	option password 'quiet'
	option periodic_inform_interval '3600'
config cpe 'cpe'
	option username 'knock'
`;

export const all = { network, firewall, dhcp, wireless, system, cwmp };
