/** Table: facts of InternetGatewayDevice:1.14, as data; written by test/facts/write-facts.ts.
 * ">object" and the profiles that ask for creating its rows, then its parameters: name, type, W or R, constraints, default, flags, and the profiles that ask for it
 * (with "!" for being able to write it), with tabs between. */
export const igdFacts = `>
DeviceSummary	string	R	len=..1024		forcedInform,deprecated	Baseline:2
LANDeviceNumberOfEntries	unsignedInt	R				Baseline:2
WANDeviceNumberOfEntries	unsignedInt	R				Baseline:2
UserNumberOfEntries	unsignedInt	R				User:1
>DeviceInfo.
Manufacturer	string	R	len=..64			Baseline:2
ManufacturerOUI	string	R	len=6..6; pattern=[0-9A-F]{6}			Baseline:2
ModelName	string	R	len=..64			Baseline:2
Description	string	R	len=..256			Baseline:2
SerialNumber	string	R	len=..64			Baseline:2
HardwareVersion	string	R	len=..64		forcedInform	Baseline:2
SoftwareVersion	string	R	len=..64		forcedInform,activeNotify=forceEnabled	Baseline:2
SpecVersion	string	R	len=..16		forcedInform,deprecated	Baseline:2
ProvisioningCode	string	W	len=..64		forcedInform,activeNotify=forceEnabled	!Baseline:2
UpTime	unsignedInt	R			activeNotify=canDeny	Baseline:2
DeviceLog	string	R	len=..32768		activeNotify=canDeny	Baseline:2
SupportedDataModelNumberOfEntries	unsignedInt	R				SupportedDataModel:2
LocationNumberOfEntries	unsignedInt	R
ProductClass	string	R	len=..64
AdditionalSoftwareVersion	list	R	item=string; listLen=..64
AdditionalHardwareVersion	list	R	item=string; listLen=..64
FirstUseDate	dateTime	R
>DeviceInfo.MemoryStatus.
Total	unsignedInt	R				MemoryStatus:1
Free	unsignedInt	R			activeNotify=canDeny	MemoryStatus:1
>DeviceInfo.ProcessStatus.
CPUUsage	unsignedInt	R	range=..100		activeNotify=canDeny	ProcessStatus:1
ProcessNumberOfEntries	unsignedInt	R				ProcessStatus:1
>DeviceInfo.ProcessStatus.Process.{i}.
PID	unsignedInt	R				ProcessStatus:1
Command	string	R	len=..256			ProcessStatus:1
Size	unsignedInt	R			activeNotify=canDeny	ProcessStatus:1
Priority	unsignedInt	R	range=..99			ProcessStatus:1
CPUTime	unsignedInt	R			activeNotify=canDeny	ProcessStatus:1
State	string	R	enum=Running|Sleeping|Stopped|Idle{opt}|Uninterruptible{opt}|Zombie{opt}		activeNotify=canDeny	ProcessStatus:1
>DeviceInfo.TemperatureStatus.
TemperatureSensorNumberOfEntries	unsignedInt	R				TempStatus:1
>DeviceInfo.TemperatureStatus.TemperatureSensor.{i}.
Enable	boolean	W				!TempStatus:1
Status	string	R	enum=Disabled|Enabled|Error			TempStatus:1
Reset	boolean	W			hidden
ResetTime	dateTime	R				TempStatus:1
Name	string	R	len=..256			TempStatus:1
Value	int	R	range=-274..		activeNotify=canDeny	TempStatus:1
LastUpdate	dateTime	R			activeNotify=canDeny	TempStatus:1
MinValue	int	R	range=-274..			TempStatus:1
MinTime	dateTime	R				TempStatus:1
MaxValue	int	R	range=-274..			TempStatus:1
MaxTime	dateTime	R				TempStatus:1
LowAlarmValue	int	W	range=-274..
LowAlarmTime	dateTime	R
HighAlarmValue	int	W	range=-274..
HighAlarmTime	dateTime	R
PollingInterval	unsignedInt	W
>DeviceInfo.SupportedDataModel.{i}.
URL	string	R	len=..256			SupportedDataModel:2
UUID	string	R	len=36..36; pattern=[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}; dataType=UUID			SupportedDataModel:2
URN	string	R	len=..256			SupportedDataModel:2
Features	list	R	item=string			SupportedDataModel:2
>DeviceInfo.Processor.{i}.
Architecture	string	R	enum=arm|i386|m68010|m68k|mipseb|mipsel|powerpc|sh3eb|sh3el|x86_64
>DeviceInfo.VendorLogFile.{i}.
Name	string	R	len=..64			VendorLogFiles:1
MaximumSize	unsignedInt	R				VendorLogFiles:1
Persistent	boolean	R				VendorLogFiles:1
>DeviceInfo.Location.{i}.
Source	string	R	enum=GPS|AGPS|Manual|External	object:External
AcquiredTime	dateTime	R
ExternalSource	string	R
ExternalProtocol	string	R	enum=|CWMP|OMA-DM|SNMP|UPnP|HELD|DHCPv4|DHCPv6|LLDP-MED|MLP|Other	object:CWMP
DataObject	string	W	len=..1200
>ManagementServer.
URL	string	W	len=..256			!Baseline:2
Username	string	W	len=..256			!Baseline:2
Password	string	W	len=..256		hidden	!Baseline:2
PeriodicInformEnable	boolean	W				!Baseline:2
PeriodicInformInterval	unsignedInt	W	range=1..			!Baseline:2
PeriodicInformTime	dateTime	W				!Baseline:2
ParameterKey	string	R	len=..32		forcedInform,activeNotify=canDeny	Baseline:2
ConnectionRequestURL	string	R	len=..256		forcedInform,activeNotify=forceDefaultEnabled	Baseline:2
ConnectionRequestUsername	string	W	len=..256			!Baseline:2
ConnectionRequestPassword	string	W	len=..256		hidden	!Baseline:2
UpgradesManaged	boolean	W				!Baseline:2
UDPConnectionRequestAddress	string	R	len=..256			UDPConnReq:1
UDPConnectionRequestAddressNotificationLimit	unsignedInt	W				!UDPConnReq:1
STUNEnable	boolean	W				!UDPConnReq:1
STUNServerAddress	string	W	len=..256			!UDPConnReq:1
STUNServerPort	unsignedInt	W	range=0..65535			!UDPConnReq:1
STUNUsername	string	W	len=..256			!UDPConnReq:1
STUNPassword	string	W	len=..256		hidden	!UDPConnReq:1
STUNMaximumKeepAlivePeriod	int	W	range=-1..			!UDPConnReq:1
STUNMinimumKeepAlivePeriod	unsignedInt	W				!UDPConnReq:1
NATDetected	boolean	R				UDPConnReq:1
ManageableDeviceNumberOfEntries	unsignedInt	R				DeviceAssociation:2
SupportedConnReqMethods	list	R	item=string; enum=HTTP|STUN{opt}|XMPP{opt}
InformParameterNumberOfEntries	unsignedInt	R				InformParameters:1
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
ManufacturerOUI	string	R	len=..6		activeNotify=canDeny	DeviceAssociation:2
SerialNumber	string	R	len=..64		activeNotify=canDeny	DeviceAssociation:2
ProductClass	string	R	len=..64		activeNotify=canDeny	DeviceAssociation:2
Host	list	R	item=string; listLen=..1024; pathRef=strong:row:InternetGatewayDevice.LANDevice.{i}.Hosts.Host.			DeviceAssociation:2
>ManagementServer.AutonomousTransferCompletePolicy.
Enable	boolean	W				!AutonXferComplPolicy:1
TransferTypeFilter	string	W	enum=Upload|Download|Both			!AutonXferComplPolicy:1
FileTypeFilter	list	W	item=string; listLen=..1024; pattern=1 Firmware Upgrade Image; pattern=2 Web Content; pattern=3 Vendor Configuration File; pattern=4 Vendor Log File; pattern=X [0-9A-F]{6} .*			!AutonXferComplPolicy:1
ResultTypeFilter	string	W	enum=Success|Failure|Both
>ManagementServer.DUStateChangeComplPolicy.
Enable	boolean	W
OperationTypeFilter	list	W	item=string; enum=Install|Update|Uninstall
ResultTypeFilter	string	W	enum=Success|Failure|Both
FaultCodeFilter	list	W	item=string; enum=9001|9003|9012|9013|9015|9016|9017|9018|9022|9023|9024|9025|9026|9027|9028|9029|9030|9031|9032
>ManagementServer.InformParameter.{i}.						!InformParameters:1
Enable	boolean	W		object:false		!InformParameters:1
ParameterName	string	W	len=..256	object:		!InformParameters:1
EventList	list	W	item=string	object:		!InformParameters:1
Alias	string	W	len=..64; dataType=Alias
>Time.
Enable	boolean	W				!Time:2
NTPServer1	string	W	len=..64			!Time:2
NTPServer2	string	W	len=..64			!Time:2
CurrentLocalTime	dateTime	R			activeNotify=canDeny	Time:2
LocalTimeZone	string	W	len=..6		obsoleted	!Time:2
LocalTimeZoneName	string	W	len=..64			!Time:2
DaylightSavingsUsed	boolean	W			obsoleted	!Time:2
DaylightSavingsStart	dateTime	W			obsoleted	!Time:2
DaylightSavingsEnd	dateTime	W			obsoleted	!Time:2
Status	string	R	enum=Disabled|Unsynchronized|Synchronized|Error_FailedToSynchronize|Error{opt}			Time:2
>Layer3Forwarding.
DefaultConnectionService	string	W	len=..256			!Baseline:2
ForwardNumberOfEntries	unsignedInt	R				Baseline:2
>Layer3Forwarding.Forwarding.{i}.						!Baseline:2
Enable	boolean	W		object:false		!Baseline:2
Status	string	R	enum=Disabled|Enabled|Error{opt}	object:Disabled		Baseline:2
StaticRoute	boolean	R		object:true		Baseline:2
Type	string	W	enum=Default|Network|Host	object:Host	deprecated	!Baseline:2
DestIPAddress	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
DestSubnetMask	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
SourceIPAddress	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
SourceSubnetMask	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
GatewayIPAddress	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
Interface	string	W	len=..256; pathRef=weak:row:			!Baseline:2
ForwardingMetric	int	W	range=-1..	object:-1		!Baseline:2
>LANConfigSecurity.
ConfigPassword	string	W	len=..64		hidden	!Baseline:2
>IPPingDiagnostics.
DiagnosticsState	string	W	enum=None{ro}|Requested|Complete{ro}|Error_CannotResolveHostName{ro}|Error_Internal{ro}|Error_Other{ro}		activeNotify=canDeny	!IPPing:1
Interface	string	W	len=..256; pathRef=weak:row:			!IPPing:1
Host	string	W	len=..256			!IPPing:1
NumberOfRepetitions	unsignedInt	W	range=1..			!IPPing:1
Timeout	unsignedInt	W	range=1..			!IPPing:1
DataBlockSize	unsignedInt	W	range=1..65535			!IPPing:1
DSCP	unsignedInt	W	range=0..63			!IPPing:1
SuccessCount	unsignedInt	R			activeNotify=canDeny	IPPing:1
FailureCount	unsignedInt	R			activeNotify=canDeny	IPPing:1
AverageResponseTime	unsignedInt	R			activeNotify=canDeny	IPPing:1
MaximumResponseTime	unsignedInt	R			activeNotify=canDeny	IPPing:1
MinimumResponseTime	unsignedInt	R			activeNotify=canDeny	IPPing:1
>LANDevice.{i}.
LANEthernetInterfaceNumberOfEntries	unsignedInt	R		object:0		Baseline:2
LANUSBInterfaceNumberOfEntries	unsignedInt	R		object:0		Baseline:2
LANWLANConfigurationNumberOfEntries	unsignedInt	R		object:0		Baseline:2
>LANDevice.{i}.LANHostConfigManagement.
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			Baseline:2
DHCPServerConfigurable	boolean	W		object:true		!Baseline:2
DHCPServerEnable	boolean	W		object:false		!Baseline:2
DHCPRelay	boolean	R			deprecated	Baseline:2
MinAddress	string	W	len=..45; dataType=IPAddress			!Baseline:2
MaxAddress	string	W	len=..45; dataType=IPAddress			!Baseline:2
ReservedAddresses	list	W	item=string; listLen=..256; len=..45; dataType=IPAddress	object:		!Baseline:2
SubnetMask	string	W	len=..45; dataType=IPAddress			!Baseline:2
DNSServers	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress			!Baseline:2
DomainName	string	W	len=..64			!Baseline:2
IPRouters	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress			!Baseline:2
IPInterfaceNumberOfEntries	unsignedInt	R		object:0		Baseline:2
DHCPOptionNumberOfEntries	unsignedInt	R		object:0		DHCPOption:1
DHCPConditionalPoolNumberOfEntries	unsignedInt	R		object:0		DHCPCondServing:1
DHCPLeaseTime	int	W	range=-1..	object:86400
DHCPStaticAddressNumberOfEntries	unsignedInt	R		object:0
>LANDevice.{i}.LANHostConfigManagement.IPInterface.{i}.
Enable	boolean	W		object:false		!Baseline:2
IPInterfaceIPAddress	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
IPInterfaceSubnetMask	string	W	len=..45; dataType=IPAddress	object:		!Baseline:2
IPInterfaceAddressingType	string	W	enum=DHCP|Static|AutoIP	object:DHCP		!Baseline:2
>LANDevice.{i}.LANHostConfigManagement.DHCPOption.{i}.						!DHCPOption:1
Enable	boolean	W		object:false		!DHCPOption:1
Tag	unsignedInt	W	range=1..254			!DHCPOption:1
Value	base64	W	len=0..255	object:		!DHCPOption:1
>LANDevice.{i}.LANHostConfigManagement.DHCPConditionalServingPool.{i}.						!DHCPOption:1,DHCPCondServing:1
Enable	boolean	W		object:false		!DHCPCondServing:1
PoolOrder	unsignedInt	W	range=1..			!DHCPCondServing:1
SourceInterface	list	W	item=string; listLen=..1024; pathRef=weak:row:	object:		!DHCPCondServing:1
VendorClassID	string	W	len=..256	object:		!DHCPCondServing:1
ClientID	string	W	len=..256	object:		!DHCPCondServing:1
UserClassID	string	W	len=..256	object:		!DHCPCondServing:1
Chaddr	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress	object:		!DHCPCondServing:1
ChaddrMask	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress	object:		!DHCPCondServing:1
LocallyServed	boolean	W		object:true		!DHCPCondServing:1
MinAddress	string	W	len=..45; dataType=IPAddress			!DHCPCondServing:1
MaxAddress	string	W	len=..45; dataType=IPAddress			!DHCPCondServing:1
ReservedAddresses	list	W	item=string; listLen=..512; len=..45; dataType=IPAddress	object:		!DHCPCondServing:1
SubnetMask	string	W	len=..45; dataType=IPAddress			!DHCPCondServing:1
DNSServers	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress			!DHCPCondServing:1
DomainName	string	W	len=..64			!DHCPCondServing:1
IPRouters	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress			!DHCPCondServing:1
DHCPLeaseTime	int	W	range=-1..	object:86400		!DHCPCondServing:1
DHCPServerIPAddress	string	W	len=..45; dataType=IPAddress			!DHCPCondServing:1
DHCPOptionNumberOfEntries	unsignedInt	R		object:0		DHCPOption:1
>LANDevice.{i}.LANHostConfigManagement.DHCPConditionalServingPool.{i}.DHCPOption.{i}.						!DHCPOption:1
Enable	boolean	W		object:false		!DHCPOption:1
Tag	unsignedInt	W	range=1..254			!DHCPOption:1
Value	base64	W	len=0..255	object:		!DHCPOption:1
>LANDevice.{i}.LANEthernetInterfaceConfig.{i}.
Enable	boolean	W				!EthernetLAN:2
Status	string	R	enum=Up|NoLink|Error{opt}|Disabled			EthernetLAN:2
Name	string	R	len=..16			EthernetLAN:2
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			EthernetLAN:2
MACAddressControlEnabled	boolean	W				!EthernetLAN:2
MaxBitRate	string	W	enum=10|100|1000|10000|Auto			!EthernetLAN:2
DuplexMode	string	W	enum=Half|Full|Auto			!EthernetLAN:2
>LANDevice.{i}.LANEthernetInterfaceConfig.{i}.Stats.
BytesSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
BytesReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
PacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
PacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
ErrorsSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
UnicastPacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
UnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
MulticastPacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
MulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
BroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
BroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLAN:2
>LANDevice.{i}.WLANConfiguration.{i}.
Enable	boolean	W				!WiFiLAN:2
Status	string	R	enum=Up|Error{opt}|Disabled			WiFiLAN:2
Name	string	R	len=..16			WiFiLAN:2
BSSID	string	R	len=..17			WiFiLAN:2
MaxBitRate	string	W	len=..4			!WiFiLAN:2
Channel	unsignedInt	W	range=0..255			!WiFiLAN:2
SSID	string	W	len=..32			!WiFiLAN:2
BeaconType	string	W	enum=None|Basic|WPA|11i{opt}|BasicandWPA{opt,obs}|Basicand11i{opt,obs}|WPAand11i{opt}|BasicandWPAand11i{opt,obs}			!WiFiLAN:2
MACAddressControlEnabled	boolean	W				!WiFiLAN:2
Standard	string	R	enum=a|b|g|g-only|n			WiFiLAN:2
WEPKeyIndex	unsignedInt	W	range=1..4			!WiFiLAN:2
KeyPassphrase	string	W	len=..63		hidden	!WiFiLAN:2
WEPEncryptionLevel	list	R	item=string; listLen=..64; enum=Disabled|40-bit|104-bit			WiFiLAN:2
BasicEncryptionModes	string	W	enum=None|WEPEncryption			!WiFiLAN:2
BasicAuthenticationMode	string	W	enum=None|EAPAuthentication{opt}|SharedAuthentication{opt}			!WiFiLAN:2
WPAEncryptionModes	string	W	enum=WEPEncryption{dep}|TKIPEncryption|WEPandTKIPEncryption{dep}|AESEncryption{opt}|WEPandAESEncryption{opt,dep}|TKIPandAESEncryption{opt}|WEPandTKIPandAESEncryption{opt,dep}			!WiFiLAN:2
WPAAuthenticationMode	string	W	enum=PSKAuthentication|EAPAuthentication{opt}			!WiFiLAN:2
PossibleChannels	list	R	item=string; listLen=..1024			WiFiLAN:2
BasicDataTransmitRates	list	W	item=string; listLen=..256			!WiFiLAN:2
OperationalDataTransmitRates	list	W	item=string; listLen=..256			!WiFiLAN:2
PossibleDataTransmitRates	list	R	item=string; listLen=..256			WiFiLAN:2
SSIDAdvertisementEnabled	boolean	W				!WiFiLAN:2
RadioEnabled	boolean	W				!WiFiLAN:2
TransmitPowerSupported	list	R	item=unsignedInt; listLen=..64; range=0..100			WiFiLAN:2
AutoRateFallBackEnabled	boolean	W				!WiFiLAN:2
TotalBytesSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
TotalBytesReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
TotalPacketsSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
TotalPacketsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
TotalAssociations	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
AutoChannelEnable	boolean	W				!WiFiLAN:2
TransmitPower	unsignedInt	W	range=0..100			!WiFiLAN:2
UAPSDSupported	boolean	R
UAPSDEnable	boolean	W
IEEE11iAuthenticationMode	string	W	len=..31; enum=PSKAuthentication|EAPAuthentication{opt}|EAPandPSKAuthentication{opt}
IEEE11iEncryptionModes	string	W	len=..31; enum=WEPEncryption|TKIPEncryption{opt}|WEPandTKIPEncryption|AESEncryption{opt}|WEPandAESEncryption{opt}|TKIPandAESEncryption{opt}|WEPandTKIPandAESEncryption{opt}
RegulatoryDomain	string	W	len=..3
>LANDevice.{i}.WLANConfiguration.{i}.AssociatedDevice.{i}.
AssociatedDeviceMACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress		activeNotify=canDeny	WiFiLAN:2
AssociatedDeviceIPAddress	string	R	len=..64		activeNotify=canDeny	WiFiLAN:2
AssociatedDeviceAuthenticationState	boolean	R			activeNotify=canDeny	WiFiLAN:2
LastDataTransmitRate	string	R	len=..4		activeNotify=canDeny
>LANDevice.{i}.WLANConfiguration.{i}.WEPKey.{i}.
WEPKey	string	W	len=..128		hidden	!WiFiLAN:2
>LANDevice.{i}.WLANConfiguration.{i}.PreSharedKey.{i}.
PreSharedKey	string	W	len=..64		hidden	!WiFiLAN:2
KeyPassphrase	string	W	len=..63		hidden	!WiFiLAN:2
>LANDevice.{i}.WLANConfiguration.{i}.Stats.
ErrorsSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
UnicastPacketsSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
UnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
MulticastPacketsSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
MulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
BroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
BroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	WiFiLAN:2
>LANDevice.{i}.Hosts.
HostNumberOfEntries	unsignedInt	R				Baseline:2
>LANDevice.{i}.Hosts.Host.{i}.
IPAddress	string	R	len=..45; dataType=IPAddress			Baseline:2
AddressSource	string	R	enum=DHCP|Static|AutoIP			Baseline:2
LeaseTimeRemaining	int	R	range=-1..		activeNotify=canDeny	Baseline:2
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			Baseline:2
Layer2Interface	string	R	len=..256			Baseline:2
HostName	string	R	len=..64			Baseline:2
InterfaceType	string	R	enum=Ethernet|USB|802.11|HomePNA|HomePlug|MoCA|Other			Baseline:2
Active	boolean	R				Baseline:2
>WANDevice.{i}.
WANConnectionNumberOfEntries	unsignedInt	R				Baseline:2
>WANDevice.{i}.WANCommonInterfaceConfig.
EnabledForInternet	boolean	W				Baseline:2
WANAccessType	string	R	enum=DSL|Ethernet|POTS			Baseline:2
Layer1UpstreamMaxBitRate	unsignedInt	R				Baseline:2
Layer1DownstreamMaxBitRate	unsignedInt	R				Baseline:2
PhysicalLinkStatus	string	R	enum=Up|Down|Initializing|Unavailable			Baseline:2
TotalBytesSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
TotalBytesReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
TotalPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
TotalPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
>WANDevice.{i}.WANEthernetInterfaceConfig.
Enable	boolean	W				!EthernetWAN:1
Status	string	R	enum=Up|NoLink|Error{opt}|Disabled			EthernetWAN:1
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			EthernetWAN:1
MaxBitRate	string	W	enum=10|100|1000|10000			!EthernetWAN:1
DuplexMode	string	W	enum=Half|Full|Auto			!EthernetWAN:1
ShapingRate	int	W	range=-1..
ShapingBurstSize	unsignedInt	W
>WANDevice.{i}.WANEthernetInterfaceConfig.Stats.
BytesSent	unsignedInt	R			activeNotify=canDeny	EthernetWAN:1
BytesReceived	unsignedInt	R			activeNotify=canDeny	EthernetWAN:1
PacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetWAN:1
PacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetWAN:1
>WANDevice.{i}.WANConnectionDevice.{i}.						!Baseline:2
WANIPConnectionNumberOfEntries	unsignedInt	R				Baseline:2
WANPPPConnectionNumberOfEntries	unsignedInt	R				Baseline:2
>WANDevice.{i}.WANConnectionDevice.{i}.WANEthernetLinkConfig.
EthernetLinkStatus	string	R	enum=Up|Down|Unavailable			EthernetWAN:1
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.						!Baseline:2
Enable	boolean	W		object:false		!Baseline:2
Reset	boolean	W		object:false		!Baseline:2
ConnectionStatus	string	R	enum=Unconfigured|Connecting|Connected|PendingDisconnect|Disconneting{dep}|Disconnecting|Disconnected			Baseline:2
PossibleConnectionTypes	list	R	item=string; enum=Unconfigured|IP_Routed|IP_Bridged			Baseline:2
ConnectionType	string	W	enum=Unconfigured|IP_Routed|IP_Bridged			!Baseline:2
Name	string	W	len=..256			!Baseline:2
Uptime	unsignedInt	R			activeNotify=canDeny	Baseline:2
LastConnectionError	string	R	enum=ERROR_NONE|ERROR_COMMAND_ABORTED|ERROR_NOT_ENABLED_FOR_INTERNET|ERROR_USER_DISCONNECT|ERROR_ISP_DISCONNECT|ERROR_IDLE_DISCONNECT|ERROR_FORCED_DISCONNECT|ERROR_NO_CARRIER|ERROR_IP_CONFIGURATION|ERROR_UNKNOWN	object:ERROR_NONE		Baseline:2
RSIPAvailable	boolean	R				Baseline:2
NATEnabled	boolean	W				!Baseline:2
AddressingType	string	W	enum=DHCP|Static			Baseline:2
ExternalIPAddress	string	W	len=..45; dataType=IPAddress		forcedInform,activeNotify=forceDefaultEnabled	Baseline:2
SubnetMask	string	W	len=..45; dataType=IPAddress			Baseline:2
DefaultGateway	string	W				Baseline:2
DNSEnabled	boolean	W		object:true		Baseline:2
DNSOverrideAllowed	boolean	W		object:false		Baseline:2
DNSServers	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress			Baseline:2
MACAddress	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			Baseline:2
ConnectionTrigger	string	W	enum=OnDemand|AlwaysOn|Manual	object:OnDemand		!Baseline:2
RouteProtocolRx	string	W	enum=Off|RIPv1{opt}|RIPv2{opt}|OSPF{opt}	object:Off		!Baseline:2
PortMappingNumberOfEntries	unsignedInt	R				Baseline:2
ShapingRate	int	W	range=-1..	object:-1
ShapingBurstSize	unsignedInt	W
MaxMTUSize	unsignedInt	W	range=1..1540
MACAddressOverride	boolean	W
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.DHCPClient.
SentDHCPOptionNumberOfEntries	unsignedInt	R				DHCPOption:1
ReqDHCPOptionNumberOfEntries	unsignedInt	R				DHCPOption:1
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.DHCPClient.SentDHCPOption.{i}.						!DHCPOption:1
Enable	boolean	W		object:false		!DHCPOption:1
Tag	unsignedInt	W	range=1..254			!DHCPOption:1
Value	base64	W	len=0..255	object:		!DHCPOption:1
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.DHCPClient.ReqDHCPOption.{i}.						!DHCPOption:1
Enable	boolean	W		object:false		!DHCPOption:1
Tag	unsignedInt	W	range=1..254			!DHCPOption:1
Value	base64	R	len=0..255	object:		DHCPOption:1
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.PortMapping.{i}.						!Baseline:2
PortMappingEnabled	boolean	W		object:false		!Baseline:2
PortMappingLeaseDuration	unsignedInt	W			activeNotify=canDeny	Baseline:2
RemoteHost	string	W		object:		!Baseline:2
ExternalPort	unsignedInt	W				!Baseline:2
InternalPort	unsignedInt	W				!Baseline:2
PortMappingProtocol	string	W	enum=TCP|UDP			!Baseline:2
InternalClient	string	W	len=..256	object:		!Baseline:2
PortMappingDescription	string	W	len=..256	object:		!Baseline:2
ExternalPortEndRange	unsignedInt	W		object:0
>WANDevice.{i}.WANConnectionDevice.{i}.WANIPConnection.{i}.Stats.
EthernetBytesSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetBytesReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetErrorsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetErrorsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetUnicastPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetUnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetDiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetDiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetMulticastPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetMulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetBroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetBroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetUnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
>WANDevice.{i}.WANConnectionDevice.{i}.WANPPPConnection.{i}.						!Baseline:2
Enable	boolean	W		object:false		!Baseline:2
Reset	boolean	W		object:false		!Baseline:2
ConnectionStatus	string	R	enum=Unconfigured|Connecting|Authenticating|Connected|PendingDisconnect|Disconnecting|Disconnected			Baseline:2
PossibleConnectionTypes	list	R	item=string; enum=Unconfigured|IP_Routed|DHCP_Spoofed|PPPoE_Bridged|PPPoE_Relay|PPTP_Relay|L2TP_Relay			Baseline:2
ConnectionType	string	W	enum=Unconfigured|IP_Routed|DHCP_Spoofed|PPPoE_Bridged|PPPoE_Relay|PPTP_Relay|L2TP_Relay			!Baseline:2
PPPoESessionID	unsignedInt	R	range=1..			Baseline:2
Name	string	W	len=..256			!Baseline:2
Uptime	unsignedInt	R			activeNotify=canDeny	Baseline:2
LastConnectionError	string	R	enum=ERROR_NONE|ERROR_ISP_TIME_OUT|ERROR_COMMAND_ABORTED|ERROR_NOT_ENABLED_FOR_INTERNET|ERROR_BAD_PHONE_NUMBER|ERROR_USER_DISCONNECT|ERROR_ISP_DISCONNECT|ERROR_IDLE_DISCONNECT|ERROR_FORCED_DISCONNECT|ERROR_SERVER_OUT_OF_RESOURCES|ERROR_RESTRICTED_LOGON_HOURS|ERROR_ACCOUNT_DISABLED|ERROR_ACCOUNT_EXPIRED|ERROR_PASSWORD_EXPIRED|ERROR_AUTHENTICATION_FAILURE|ERROR_NO_DIALTONE|ERROR_NO_CARRIER|ERROR_NO_ANSWER|ERROR_LINE_BUSY|ERROR_UNSUPPORTED_BITSPERSECOND|ERROR_TOO_MANY_LINE_ERRORS|ERROR_IP_CONFIGURATION|ERROR_UNKNOWN	object:ERROR_NONE		Baseline:2
RSIPAvailable	boolean	R				Baseline:2
NATEnabled	boolean	W				!Baseline:2
Username	string	W	len=..64	object:		!Baseline:2
Password	string	W	len=..64	object:	hidden	!Baseline:2
ExternalIPAddress	string	W	len=..45; dataType=IPAddress		forcedInform,activeNotify=forceDefaultEnabled	Baseline:2
DNSEnabled	boolean	W		object:true		Baseline:2
DNSOverrideAllowed	boolean	W		object:false		Baseline:2
DNSServers	list	W	item=string; listLen=..64; len=..45; dataType=IPAddress			Baseline:2
MACAddress	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			Baseline:2
TransportType	string	R	enum=PPPoA|PPPoE|L2TP|PPTP			Baseline:2
PPPoEACName	string	W	len=..256	object:		!Baseline:2
PPPoEServiceName	string	W	len=..256	object:		!Baseline:2
ConnectionTrigger	string	W	enum=OnDemand|AlwaysOn|Manual	object:OnDemand		!Baseline:2
RouteProtocolRx	string	W	enum=Off|RIPv1{opt}|RIPv2{opt}|OSPF{opt}	object:Off		!Baseline:2
PortMappingNumberOfEntries	unsignedInt	R				Baseline:2
DefaultGateway	string	R				Baseline:2
PPPLCPEcho	unsignedInt	R
PPPLCPEchoRetry	unsignedInt	R
IdleDisconnectTime	unsignedInt	W
RemoteIPAddress	string	R	dataType=IPAddress; len=..45
MaxMRUSize	unsignedInt	W	range=1..1540
CurrentMRUSize	unsignedInt	R	range=1..1540		activeNotify=canDeny
>WANDevice.{i}.WANConnectionDevice.{i}.WANPPPConnection.{i}.PortMapping.{i}.						!Baseline:2
PortMappingEnabled	boolean	W		object:false		!Baseline:2
PortMappingLeaseDuration	unsignedInt	W			activeNotify=canDeny	Baseline:2
RemoteHost	string	W		object:		!Baseline:2
ExternalPort	unsignedInt	W				!Baseline:2
InternalPort	unsignedInt	W				!Baseline:2
PortMappingProtocol	string	W	enum=TCP|UDP			!Baseline:2
InternalClient	string	W	len=..256	object:		!Baseline:2
PortMappingDescription	string	W	len=..256	object:		!Baseline:2
ExternalPortEndRange	unsignedInt	W		object:0
>WANDevice.{i}.WANConnectionDevice.{i}.WANPPPConnection.{i}.Stats.
EthernetBytesSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetBytesReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetErrorsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetErrorsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetUnicastPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetUnicastPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetDiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetDiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetMulticastPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetMulticastPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetBroadcastPacketsSent	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetBroadcastPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
EthernetUnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	Baseline:2
>Capabilities.PerformanceDiagnostic.
DownloadTransports	list	R	item=string; enum=HTTP|FTP{opt}			Download:1
UploadTransports	list	R	item=string; enum=HTTP|FTP{opt}			Upload:1
>DownloadDiagnostics.
DiagnosticsState	string	W	enum=None{ro}|Requested|Completed{ro}|Error_InitConnectionFailed{ro}|Error_NoResponse{ro}|Error_TransferFailed{ro}|Error_PasswordRequestFailed{ro}|Error_LoginFailed{ro}|Error_NoTransferMode{ro}|Error_NoPASV{ro}|Error_IncorrectSize{ro}|Error_Timeout{ro}		activeNotify=canDeny	!Download:1
Interface	string	W	len=..256; pathRef=weak:row:			!Download:1
DownloadURL	string	W	len=..256			!Download:1
DSCP	unsignedInt	W	range=0..63			!Download:1
EthernetPriority	unsignedInt	W	range=0..7			!Download:1
ROMTime	dateTime	R			activeNotify=canDeny	Download:1
BOMTime	dateTime	R			activeNotify=canDeny	Download:1
EOMTime	dateTime	R			activeNotify=canDeny	Download:1
TestBytesReceived	unsignedInt	R			activeNotify=canDeny	Download:1
TotalBytesReceived	unsignedInt	R			activeNotify=canDeny	Download:1
TCPOpenRequestTime	dateTime	R			activeNotify=canDeny	DownloadTCP:1
TCPOpenResponseTime	dateTime	R			activeNotify=canDeny	DownloadTCP:1
>UploadDiagnostics.
DiagnosticsState	string	W	enum=None{ro}|Requested|Completed{ro}|Error_InitConnectionFailed{ro}|Error_NoResponse{ro}|Error_PasswordRequestFailed{ro}|Error_LoginFailed{ro}|Error_NoTransferMode{ro}|Error_NoPASV{ro}|Error_NoCWD{ro}|Error_NoSTOR{ro}|Error_NoTransferComplete{ro}		activeNotify=canDeny	!Upload:1
Interface	string	W	len=..256; pathRef=weak:row:			!Upload:1
UploadURL	string	W	len=..256			!Upload:1
DSCP	unsignedInt	W	range=0..63			!Upload:1
EthernetPriority	unsignedInt	W	range=0..7			!Upload:1
TestFileLength	unsignedInt	W				Upload:1
ROMTime	dateTime	R			activeNotify=canDeny	Upload:1
BOMTime	dateTime	R			activeNotify=canDeny	Upload:1
EOMTime	dateTime	R			activeNotify=canDeny	Upload:1
TotalBytesSent	unsignedInt	R			activeNotify=canDeny	Upload:1
TCPOpenRequestTime	dateTime	R			activeNotify=canDeny	UploadTCP:1
TCPOpenResponseTime	dateTime	R			activeNotify=canDeny	UploadTCP:1
>UDPEchoConfig.
Enable	boolean	W				!UDPEcho:1
Interface	string	W	len=..256; pathRef=weak:row:			!UDPEcho:1
SourceIPAddress	string	W	len=..45; dataType=IPAddress			!UDPEcho:1
UDPPort	unsignedInt	W				!UDPEcho:1
EchoPlusEnabled	boolean	W				!UDPEchoPlus:1
EchoPlusSupported	boolean	R				UDPEcho:1
PacketsReceived	unsignedInt	R			activeNotify=canDeny	UDPEcho:1
PacketsResponded	unsignedInt	R			activeNotify=canDeny	UDPEcho:1
BytesReceived	unsignedInt	R			activeNotify=canDeny	UDPEcho:1
BytesResponded	unsignedInt	R			activeNotify=canDeny	UDPEcho:1
TimeFirstPacketReceived	dateTime	R			activeNotify=canDeny	UDPEcho:1
TimeLastPacketReceived	dateTime	R			activeNotify=canDeny	UDPEcho:1
>TraceRouteDiagnostics.
DiagnosticsState	string	W	enum=None{ro}|Requested|Complete{ro}|Error_CannotResolveHostName{ro}|Error_MaxHopCountExceeded{ro}		activeNotify=canDeny	!TraceRoute:1
Interface	string	W	len=..256; pathRef=weak:row:			!TraceRoute:1
Host	string	W	len=..256			!TraceRoute:1
NumberOfTries	unsignedInt	W	range=1..3			!TraceRoute:1
Timeout	unsignedInt	W	range=1..			!TraceRoute:1
DataBlockSize	unsignedInt	W	range=1..65535			!TraceRoute:1
DSCP	unsignedInt	W	range=0..63			!TraceRoute:1
MaxHopCount	unsignedInt	W	range=1..64			!TraceRoute:1
ResponseTime	unsignedInt	R			activeNotify=canDeny	TraceRoute:1
RouteHopsNumberOfEntries	unsignedInt	R			activeNotify=canDeny	TraceRoute:1
>TraceRouteDiagnostics.RouteHops.{i}.
HopHost	string	R	len=..256		activeNotify=canDeny	TraceRoute:1
HopHostAddress	string	R			activeNotify=canDeny	TraceRoute:1
HopErrorCode	unsignedInt	R			activeNotify=canDeny	TraceRoute:1
HopRTTimes	list	R	item=unsignedInt; listLen=..16		activeNotify=canDeny	TraceRoute:1
>LANInterfaces.
LANEthernetInterfaceNumberOfEntries	unsignedInt	R				Baseline:2
LANUSBInterfaceNumberOfEntries	unsignedInt	R				Baseline:2
LANWLANConfigurationNumberOfEntries	unsignedInt	R				Baseline:2
>User.{i}.						!User:1
Enable	boolean	W		object:false		!User:1
Username	string	W	len=..64	object:		!User:1
Password	string	W	len=..64		hidden	!User:1
>Firewall.
Config	string	W	enum=High|Low|Off			!SimpleFirewall:1
Version	string	R	len=..16			SimpleFirewall:1
LastChange	dateTime	R				SimpleFirewall:1
>LANDevice.{i}.LANHostConfigManagement.DHCPStaticAddress.{i}.
Enable	boolean	W		object:false
Chaddr	string	W	dataType=MACAddress; len=..17; pattern=|([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f])	object:
Yiaddr	string	W	dataType=IPAddress; len=..45	object:
>UserInterface.RemoteAccess.
Enable	boolean	W
Port	unsignedInt	W	range=..65535
SupportedProtocols	list	R	item=string; enum=HTTP|HTTPS
Protocol	string	W	enumRef=SupportedProtocols
`;
