/** Table: facts of InternetGatewayDevice:1.14, as data; written by test/facts/write-igd-facts.ts.
 * ">object", then its parameters: name, type, W or R, constraints, default, flags, with tabs between. */
export const igdFacts = `>
DeviceSummary	string	R	len=..1024		forcedInform,deprecated
LANDeviceNumberOfEntries	unsignedInt	R
WANDeviceNumberOfEntries	unsignedInt	R
UserNumberOfEntries	unsignedInt	R
>DeviceInfo.
Manufacturer	string	R	len=..64
ManufacturerOUI	string	R	len=6..6; pattern=[0-9A-F]{6}
ModelName	string	R	len=..64
Description	string	R	len=..256
SerialNumber	string	R	len=..64
HardwareVersion	string	R	len=..64		forcedInform
SoftwareVersion	string	R	len=..64		forcedInform,activeNotify=forceEnabled
SpecVersion	string	R	len=..16		forcedInform,deprecated
ProvisioningCode	string	W	len=..64		forcedInform,activeNotify=forceEnabled
UpTime	unsignedInt	R			activeNotify=canDeny
DeviceLog	string	R	len=..32768		activeNotify=canDeny
SupportedDataModelNumberOfEntries	unsignedInt	R
LocationNumberOfEntries	unsignedInt	R
>DeviceInfo.MemoryStatus.
Total	unsignedInt	R
Free	unsignedInt	R			activeNotify=canDeny
>DeviceInfo.ProcessStatus.
CPUUsage	unsignedInt	R	range=..100		activeNotify=canDeny
ProcessNumberOfEntries	unsignedInt	R
>DeviceInfo.ProcessStatus.Process.{i}.
PID	unsignedInt	R
Command	string	R	len=..256
Size	unsignedInt	R			activeNotify=canDeny
Priority	unsignedInt	R	range=..99
CPUTime	unsignedInt	R			activeNotify=canDeny
State	string	R	enum=Running|Sleeping|Stopped|Idle{opt}|Uninterruptible{opt}|Zombie{opt}		activeNotify=canDeny
>DeviceInfo.TemperatureStatus.
TemperatureSensorNumberOfEntries	unsignedInt	R
>DeviceInfo.TemperatureStatus.TemperatureSensor.{i}.
Enable	boolean	W
Status	string	R	enum=Disabled|Enabled|Error
Reset	boolean	W			hidden
ResetTime	dateTime	R
Name	string	R	len=..256
Value	int	R	range=-274..		activeNotify=canDeny
LastUpdate	dateTime	R			activeNotify=canDeny
MinValue	int	R	range=-274..
MinTime	dateTime	R
MaxValue	int	R	range=-274..
MaxTime	dateTime	R
LowAlarmValue	int	W	range=-274..
LowAlarmTime	dateTime	R
HighAlarmValue	int	W	range=-274..
HighAlarmTime	dateTime	R
PollingInterval	unsignedInt	W
>DeviceInfo.SupportedDataModel.{i}.
URL	string	R	len=..256
UUID	string	R	len=36..36; pattern=[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}; dataType=UUID
URN	string	R	len=..256
Features	list	R	item=string
>DeviceInfo.Processor.{i}.
Architecture	string	R	enum=arm|i386|m68010|m68k|mipseb|mipsel|powerpc|sh3eb|sh3el|x86_64
>DeviceInfo.VendorLogFile.{i}.
Name	string	R	len=..64
MaximumSize	unsignedInt	R
Persistent	boolean	R
>DeviceInfo.Location.{i}.
Source	string	R	enum=GPS|AGPS|Manual|External	object:External
AcquiredTime	dateTime	R
ExternalSource	string	R
ExternalProtocol	string	R	enum=|CWMP|OMA-DM|SNMP|UPnP|HELD|DHCPv4|DHCPv6|LLDP-MED|MLP|Other	object:CWMP
DataObject	string	W	len=..1200
>ManagementServer.
URL	string	W	len=..256
Username	string	W	len=..256
Password	string	W	len=..256		hidden
PeriodicInformEnable	boolean	W
PeriodicInformInterval	unsignedInt	W	range=1..
PeriodicInformTime	dateTime	W
ParameterKey	string	R	len=..32		forcedInform,activeNotify=canDeny
ConnectionRequestURL	string	R	len=..256		forcedInform,activeNotify=forceDefaultEnabled
ConnectionRequestUsername	string	W	len=..256
ConnectionRequestPassword	string	W	len=..256		hidden
UpgradesManaged	boolean	W
UDPConnectionRequestAddress	string	R	len=..256
UDPConnectionRequestAddressNotificationLimit	unsignedInt	W
STUNEnable	boolean	W
STUNServerAddress	string	W	len=..256
STUNServerPort	unsignedInt	W	range=0..65535
STUNUsername	string	W	len=..256
STUNPassword	string	W	len=..256		hidden
STUNMaximumKeepAlivePeriod	int	W	range=-1..
STUNMinimumKeepAlivePeriod	unsignedInt	W
NATDetected	boolean	R
ManageableDeviceNumberOfEntries	unsignedInt	R
SupportedConnReqMethods	list	R	item=string; enum=HTTP|STUN{opt}|XMPP{opt}
InformParameterNumberOfEntries	unsignedInt	R
EnableCWMP	boolean	W
KickURL	string	R	len=..256
DownloadProgressURL	string	R	len=..256
DefaultActiveNotificationThrottle	unsignedInt	W
AliasBasedAddressing	boolean	R			forcedInform
ManageableDeviceNotificationLimit	unsignedInt	W
InstanceMode	string	W	enum=InstanceNumber|InstanceAlias	factory:InstanceNumber
AutoCreateInstances	boolean	W		factory:false
CWMPRetryMinimumWaitInterval	unsignedInt	W	range=1..65535
CWMPRetryIntervalMultiplier	unsignedInt	W	range=1000..65535
HTTPCompressionSupported	list	R	item=string; enum=GZIP|Compress|Deflate
HTTPCompression	string	W	enumRef=HTTPCompressionSupported:null=Disabled	factory:Disabled
>ManagementServer.ManageableDevice.{i}.
ManufacturerOUI	string	R	len=..6		activeNotify=canDeny
SerialNumber	string	R	len=..64		activeNotify=canDeny
ProductClass	string	R	len=..64		activeNotify=canDeny
Host	list	R	item=string; listLen=..1024; pathRef=strong:row:InternetGatewayDevice.LANDevice.{i}.Hosts.Host.
>ManagementServer.AutonomousTransferCompletePolicy.
Enable	boolean	W
TransferTypeFilter	string	W	enum=Upload|Download|Both
FileTypeFilter	list	W	item=string; listLen=..1024; pattern=1 Firmware Upgrade Image; pattern=2 Web Content; pattern=3 Vendor Configuration File; pattern=4 Vendor Log File; pattern=X [0-9A-F]{6} .*
ResultTypeFilter	string	W	enum=Success|Failure|Both
>ManagementServer.InformParameter.{i}.
Enable	boolean	W		object:false
ParameterName	string	W	len=..256	object:
EventList	list	W	item=string	object:
Alias	string	W	len=..64; dataType=Alias
>Time.
Enable	boolean	W
NTPServer1	string	W	len=..64
NTPServer2	string	W	len=..64
CurrentLocalTime	dateTime	R			activeNotify=canDeny
LocalTimeZone	string	W	len=..6		obsoleted
LocalTimeZoneName	string	W	len=..64
DaylightSavingsUsed	boolean	W			obsoleted
DaylightSavingsStart	dateTime	W			obsoleted
DaylightSavingsEnd	dateTime	W			obsoleted
Status	string	R	enum=Disabled|Unsynchronized|Synchronized|Error_FailedToSynchronize|Error{opt}
>LANDevice.{i}.
LANEthernetInterfaceNumberOfEntries	unsignedInt	R		object:0
LANUSBInterfaceNumberOfEntries	unsignedInt	R		object:0
LANWLANConfigurationNumberOfEntries	unsignedInt	R		object:0
>LANDevice.{i}.LANHostConfigManagement.
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress
DHCPServerConfigurable	boolean	W		object:true
DHCPServerEnable	boolean	W		object:false
DHCPRelay	boolean	R			deprecated
MinAddress	string	W	len=..45; dataType=IPAddress
MaxAddress	string	W	len=..45; dataType=IPAddress
ReservedAddresses	list	W	item=string; listLen=..256; len=..45; dataType=IPAddress	object:
SubnetMask	string	W	len=..45; dataType=IPAddress
DNSServers	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress
DomainName	string	W	len=..64
IPRouters	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress
IPInterfaceNumberOfEntries	unsignedInt	R		object:0
>LANDevice.{i}.LANHostConfigManagement.IPInterface.{i}.
Enable	boolean	W		object:false
IPInterfaceIPAddress	string	W	len=..45; dataType=IPAddress	object:
IPInterfaceSubnetMask	string	W	len=..45; dataType=IPAddress	object:
IPInterfaceAddressingType	string	W	enum=DHCP|Static|AutoIP	object:DHCP
>LANDevice.{i}.LANEthernetInterfaceConfig.{i}.
Enable	boolean	W
Status	string	R	enum=Up|NoLink|Error{opt}|Disabled
Name	string	R	len=..16
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress
MACAddressControlEnabled	boolean	W
MaxBitRate	string	W	enum=10|100|1000|10000|Auto
DuplexMode	string	W	enum=Half|Full|Auto
>LANDevice.{i}.LANEthernetInterfaceConfig.{i}.Stats.
BytesSent	unsignedInt	R			activeNotify=canDeny
BytesReceived	unsignedInt	R			activeNotify=canDeny
PacketsSent	unsignedInt	R			activeNotify=canDeny
PacketsReceived	unsignedInt	R			activeNotify=canDeny
ErrorsSent	unsignedInt	R			activeNotify=canDeny
ErrorsReceived	unsignedInt	R			activeNotify=canDeny
UnicastPacketsSent	unsignedInt	R			activeNotify=canDeny
UnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny
MulticastPacketsSent	unsignedInt	R			activeNotify=canDeny
MulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny
BroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny
BroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny
>LANDevice.{i}.WLANConfiguration.{i}.
Enable	boolean	W
Status	string	R	enum=Up|Error{opt}|Disabled
Name	string	R	len=..16
BSSID	string	R	len=..17
MaxBitRate	string	W	len=..4
Channel	unsignedInt	W	range=0..255
SSID	string	W	len=..32
BeaconType	string	W	enum=None|Basic|WPA|11i{opt}|BasicandWPA{opt,obs}|Basicand11i{opt,obs}|WPAand11i{opt}|BasicandWPAand11i{opt,obs}
MACAddressControlEnabled	boolean	W
Standard	string	R	enum=a|b|g|g-only|n
WEPKeyIndex	unsignedInt	W	range=1..4
KeyPassphrase	string	W	len=..63		hidden
WEPEncryptionLevel	list	R	item=string; listLen=..64; enum=Disabled|40-bit|104-bit
BasicEncryptionModes	string	W	enum=None|WEPEncryption
BasicAuthenticationMode	string	W	enum=None|EAPAuthentication{opt}|SharedAuthentication{opt}
WPAEncryptionModes	string	W	enum=WEPEncryption{dep}|TKIPEncryption|WEPandTKIPEncryption{dep}|AESEncryption{opt}|WEPandAESEncryption{opt,dep}|TKIPandAESEncryption{opt}|WEPandTKIPandAESEncryption{opt,dep}
WPAAuthenticationMode	string	W	enum=PSKAuthentication|EAPAuthentication{opt}
PossibleChannels	list	R	item=string; listLen=..1024
BasicDataTransmitRates	list	W	item=string; listLen=..256
OperationalDataTransmitRates	list	W	item=string; listLen=..256
PossibleDataTransmitRates	list	R	item=string; listLen=..256
SSIDAdvertisementEnabled	boolean	W
RadioEnabled	boolean	W
TransmitPowerSupported	list	R	item=unsignedInt; listLen=..64; range=0..100
AutoRateFallBackEnabled	boolean	W
TotalBytesSent	unsignedInt	R			activeNotify=canDeny
TotalBytesReceived	unsignedInt	R			activeNotify=canDeny
TotalPacketsSent	unsignedInt	R			activeNotify=canDeny
TotalPacketsReceived	unsignedInt	R			activeNotify=canDeny
TotalAssociations	unsignedInt	R			activeNotify=canDeny
AutoChannelEnable	boolean	W
TransmitPower	unsignedInt	W	range=0..100
UAPSDSupported	boolean	R
UAPSDEnable	boolean	W
>LANDevice.{i}.WLANConfiguration.{i}.AssociatedDevice.{i}.
AssociatedDeviceMACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress		activeNotify=canDeny
AssociatedDeviceIPAddress	string	R	len=..64		activeNotify=canDeny
AssociatedDeviceAuthenticationState	boolean	R			activeNotify=canDeny
>LANDevice.{i}.WLANConfiguration.{i}.WEPKey.{i}.
WEPKey	string	W	len=..128		hidden
>LANDevice.{i}.WLANConfiguration.{i}.PreSharedKey.{i}.
PreSharedKey	string	W	len=..64		hidden
KeyPassphrase	string	W	len=..63		hidden
>LANDevice.{i}.WLANConfiguration.{i}.Stats.
ErrorsSent	unsignedInt	R			activeNotify=canDeny
ErrorsReceived	unsignedInt	R			activeNotify=canDeny
UnicastPacketsSent	unsignedInt	R			activeNotify=canDeny
UnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny
MulticastPacketsSent	unsignedInt	R			activeNotify=canDeny
MulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny
BroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny
BroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny
>LANDevice.{i}.Hosts.
HostNumberOfEntries	unsignedInt	R
>LANDevice.{i}.Hosts.Host.{i}.
IPAddress	string	R	len=..45; dataType=IPAddress
AddressSource	string	R	enum=DHCP|Static|AutoIP
LeaseTimeRemaining	int	R	range=-1..		activeNotify=canDeny
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress
Layer2Interface	string	R	len=..256
HostName	string	R	len=..64
InterfaceType	string	R	enum=Ethernet|USB|802.11|HomePNA|HomePlug|MoCA|Other
Active	boolean	R
>WANDevice.{i}.
WANConnectionNumberOfEntries	unsignedInt	R
>WANDevice.{i}.WANCommonInterfaceConfig.
EnabledForInternet	boolean	W
WANAccessType	string	R	enum=DSL|Ethernet|POTS
Layer1UpstreamMaxBitRate	unsignedInt	R
Layer1DownstreamMaxBitRate	unsignedInt	R
PhysicalLinkStatus	string	R	enum=Up|Down|Initializing|Unavailable
TotalBytesSent	unsignedInt	R			activeNotify=canDeny
TotalBytesReceived	unsignedInt	R			activeNotify=canDeny
TotalPacketsSent	unsignedInt	R			activeNotify=canDeny
TotalPacketsReceived	unsignedInt	R			activeNotify=canDeny
>WANDevice.{i}.WANEthernetInterfaceConfig.
Enable	boolean	W
Status	string	R	enum=Up|NoLink|Error{opt}|Disabled
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress
MaxBitRate	string	W	enum=10|100|1000|10000
DuplexMode	string	W	enum=Half|Full|Auto
ShapingRate	int	W	range=-1..
ShapingBurstSize	unsignedInt	W
>WANDevice.{i}.WANEthernetInterfaceConfig.Stats.
BytesSent	unsignedInt	R			activeNotify=canDeny
BytesReceived	unsignedInt	R			activeNotify=canDeny
PacketsSent	unsignedInt	R			activeNotify=canDeny
PacketsReceived	unsignedInt	R			activeNotify=canDeny
>WANDevice.{i}.WANConnectionDevice.{i}.
WANIPConnectionNumberOfEntries	unsignedInt	R
WANPPPConnectionNumberOfEntries	unsignedInt	R
>WANDevice.{i}.WANConnectionDevice.{i}.WANEthernetLinkConfig.
EthernetLinkStatus	string	R	enum=Up|Down|Unavailable
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.
Enable	boolean	W		object:false
Reset	boolean	W		object:false
ConnectionStatus	string	R	enum=Unconfigured|Connecting|Connected|PendingDisconnect|Disconneting{dep}|Disconnecting|Disconnected
PossibleConnectionTypes	list	R	item=string; enum=Unconfigured|IP_Routed|IP_Bridged
ConnectionType	string	W	enum=Unconfigured|IP_Routed|IP_Bridged
Name	string	W	len=..256
Uptime	unsignedInt	R			activeNotify=canDeny
LastConnectionError	string	R	enum=ERROR_NONE|ERROR_COMMAND_ABORTED|ERROR_NOT_ENABLED_FOR_INTERNET|ERROR_USER_DISCONNECT|ERROR_ISP_DISCONNECT|ERROR_IDLE_DISCONNECT|ERROR_FORCED_DISCONNECT|ERROR_NO_CARRIER|ERROR_IP_CONFIGURATION|ERROR_UNKNOWN	object:ERROR_NONE
RSIPAvailable	boolean	R
NATEnabled	boolean	W
AddressingType	string	W	enum=DHCP|Static
ExternalIPAddress	string	W	len=..45; dataType=IPAddress		forcedInform,activeNotify=forceDefaultEnabled
SubnetMask	string	W	len=..45; dataType=IPAddress
DefaultGateway	string	W
DNSEnabled	boolean	W		object:true
DNSOverrideAllowed	boolean	W		object:false
DNSServers	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress
MACAddress	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress
ConnectionTrigger	string	W	enum=OnDemand|AlwaysOn|Manual	object:OnDemand
RouteProtocolRx	string	W	enum=Off|RIPv1{opt}|RIPv2{opt}|OSPF{opt}	object:Off
PortMappingNumberOfEntries	unsignedInt	R
ShapingRate	int	W	range=-1..	object:-1
ShapingBurstSize	unsignedInt	W
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.PortMapping.{i}.
PortMappingEnabled	boolean	W		object:false
PortMappingLeaseDuration	unsignedInt	W			activeNotify=canDeny
RemoteHost	string	W		object:
ExternalPort	unsignedInt	W
InternalPort	unsignedInt	W
PortMappingProtocol	string	W	enum=TCP|UDP
InternalClient	string	W	len=..256	object:
PortMappingDescription	string	W	len=..256	object:
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.Stats.
EthernetBytesSent	unsignedInt	R			activeNotify=canDeny
EthernetBytesReceived	unsignedInt	R			activeNotify=canDeny
EthernetPacketsSent	unsignedInt	R			activeNotify=canDeny
EthernetPacketsReceived	unsignedInt	R			activeNotify=canDeny
EthernetErrorsSent	unsignedInt	R			activeNotify=canDeny
EthernetErrorsReceived	unsignedInt	R			activeNotify=canDeny
EthernetUnicastPacketsSent	unsignedInt	R			activeNotify=canDeny
EthernetUnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny
EthernetDiscardPacketsSent	unsignedInt	R			activeNotify=canDeny
EthernetDiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny
EthernetMulticastPacketsSent	unsignedInt	R			activeNotify=canDeny
EthernetMulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny
EthernetBroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny
EthernetBroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny
EthernetUnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny
`;
