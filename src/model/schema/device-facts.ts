/** Table: facts of Device:2.14, as data; written by test/facts/write-facts.ts.
 * ">object" and the profiles that ask for creating its rows, then its parameters: name, type, W or R, constraints, default, flags, and the profiles that ask for it
 * (with "!" for being able to write it), with tabs between. */
export const deviceFacts = String.raw`>
RootDataModelVersion	string	R	len=..32; pattern=2\.\d+		forcedInform	Baseline:3,Baseline:4
InterfaceStackNumberOfEntries	unsignedInt	R				Baseline:3,Baseline:4
>DeviceInfo.
Manufacturer	string	R	len=..64			Baseline:3,Baseline:4
ManufacturerOUI	string	R	len=6..6; pattern=[0-9A-F]{6}			Baseline:3,Baseline:4
ModelName	string	R	len=..64		activeNotify=canDeny	Baseline:3,Baseline:4
Description	string	R	len=..256		activeNotify=canDeny	Baseline:3,Baseline:4
SerialNumber	string	R	len=..64			Baseline:3,Baseline:4
HardwareVersion	string	R	len=..64		forcedInform	Baseline:3,Baseline:4
SoftwareVersion	string	R	len=..64		forcedInform,activeNotify=forceEnabled	Baseline:3,Baseline:4
ProvisioningCode	string	W	len=..64		forcedInform,activeNotify=forceEnabled	!Baseline:3,Baseline:4
UpTime	unsignedInt	R			activeNotify=canDeny	Baseline:3,Baseline:4
SupportedDataModelNumberOfEntries	unsignedInt	R				SupportedDataModel:2
ProductClass	string	R	len=..64
AdditionalSoftwareVersion	list	R	item=string; listLen=..64
AdditionalHardwareVersion	list	R	item=string; listLen=..64
FirstUseDate	dateTime	R			activeNotify=canDeny
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
ResetTime	dateTime	R				TempStatus:1
Name	string	R	len=..256			TempStatus:1
Value	int	R	range=-274..		activeNotify=canDeny	TempStatus:1
LastUpdate	dateTime	R			activeNotify=canDeny	TempStatus:1
MinValue	int	R	range=-274..			TempStatus:1
MinTime	dateTime	R				TempStatus:1
MaxValue	int	R	range=-274..			TempStatus:1
MaxTime	dateTime	R				TempStatus:1
>DeviceInfo.VendorLogFile.{i}.
Name	string	R	len=..64			VendorLogFiles:1
MaximumSize	unsignedInt	R				VendorLogFiles:1
Persistent	boolean	R				VendorLogFiles:1
>DeviceInfo.SupportedDataModel.{i}.
URL	string	R	len=..2048; dataType=URL			SupportedDataModel:2
UUID	string	R	len=36..36; pattern=[A-Fa-f0-9]{8}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{4}-[A-Fa-f0-9]{12}; dataType=UUID			SupportedDataModel:2
URN	string	R	len=..256			SupportedDataModel:2
Features	list	R	item=string			SupportedDataModel:2
>ManagementServer.
URL	string	W	len=..2048; dataType=URL			!Baseline:3,Baseline:4
Username	string	W	len=..256			!Baseline:3,Baseline:4
Password	string	W	len=..256		hidden	!Baseline:3,Baseline:4
PeriodicInformEnable	boolean	W				!Baseline:3,Baseline:4
PeriodicInformInterval	unsignedInt	W	range=1..			!Baseline:3,Baseline:4
PeriodicInformTime	dateTime	W				!Baseline:3,Baseline:4
ParameterKey	string	R	len=..32		forcedInform,activeNotify=canDeny	Baseline:3,Baseline:4
ConnectionRequestURL	string	R	len=..2048; dataType=URL		forcedInform,activeNotify=forceDefaultEnabled	Baseline:3,Baseline:4
ConnectionRequestUsername	string	W	len=..256			!Baseline:3,Baseline:4
ConnectionRequestPassword	string	W	len=..256		hidden	!Baseline:3,Baseline:4
UpgradesManaged	boolean	W				!Baseline:3,Baseline:4
UDPConnectionRequestAddress	string	R	len=..256			UDPConnReq:1
STUNEnable	boolean	W				!UDPConnReq:1
STUNServerAddress	string	W	len=..256			!UDPConnReq:1
STUNServerPort	unsignedInt	W	range=0..65535			!UDPConnReq:1
STUNUsername	string	W	len=..256			!UDPConnReq:1
STUNPassword	string	W	len=..256		hidden	!UDPConnReq:1
STUNMaximumKeepAlivePeriod	int	W	range=-1..			!UDPConnReq:1
STUNMinimumKeepAlivePeriod	unsignedInt	W				!UDPConnReq:1
NATDetected	boolean	R				UDPConnReq:1
ManageableDeviceNumberOfEntries	unsignedInt	R				DeviceAssociation:1
InformParameterNumberOfEntries	unsignedInt	R				InformParameters:1
EnableCWMP	boolean	W		factory:true
ScheduleReboot	dateTime	W
DelayReboot	int	W	range=-1..
KickURL	string	R	len=..2048; dataType=URL
DownloadProgressURL	string	R	len=..2048; dataType=URL
DefaultActiveNotificationThrottle	unsignedInt	W
CWMPRetryMinimumWaitInterval	unsignedInt	W	range=1..65535
CWMPRetryIntervalMultiplier	unsignedInt	W	range=1000..65535
HTTPConnectionRequestEnable	boolean	W		factory:true
AliasBasedAddressing	boolean	R			forcedInform
InstanceMode	string	W	enum=InstanceNumber|InstanceAlias	factory:InstanceNumber
AutoCreateInstances	boolean	W		factory:false
ManageableDeviceNotificationLimit	unsignedInt	W
SupportedConnReqMethods	list	R	item=string; enum=HTTP|STUN{opt}|XMPP{opt}
HTTPCompressionSupported	list	R	item=string; enum=GZIP|Compress|Deflate
HTTPCompression	string	W	enumRef=HTTPCompressionSupported:null=Disabled	factory:Disabled
InstanceWildcardsSupported	boolean	R
>ManagementServer.ManageableDevice.{i}.
ManufacturerOUI	string	R	len=6..6; pattern=[0-9A-F]{6}		activeNotify=canDeny	DeviceAssociation:1
SerialNumber	string	R	len=..64		activeNotify=canDeny	DeviceAssociation:1
ProductClass	string	R	len=..64		activeNotify=canDeny	DeviceAssociation:1
Host	list	R	item=string; listLen=..1024; pathRef=strong:row:.Hosts.Host.			DeviceAssociation:1
Alias	string	W	len=..64		obsoleted
>ManagementServer.AutonomousTransferCompletePolicy.
Enable	boolean	W				!AutonXferComplPolicy:1
TransferTypeFilter	string	W	enum=Upload|Download|Both			!AutonXferComplPolicy:1
FileTypeFilter	list	W	item=string; listLen=..1024; pattern=1 Firmware Upgrade Image; pattern=2 Web Content; pattern=3 Vendor Configuration File; pattern=4 Vendor Log File; pattern=X [0-9A-F]{6} .*			!AutonXferComplPolicy:1
ResultTypeFilter	string	W	enum=Success|Failure|Both
>ManagementServer.InformParameter.{i}.						!InformParameters:1
Enable	boolean	W		object:false		!InformParameters:1
ParameterName	string	W	len=..256	object:		!InformParameters:1
EventList	list	W	item=string	object:		!InformParameters:1
Alias	string	W	len=..64; dataType=Alias
>Time.
Enable	boolean	W				!Time:1
Status	string	R	enum=Disabled|Unsynchronized|Synchronized|Error_FailedToSynchronize|Error{opt}			Time:1
NTPServer1	string	W	len=..64			!Time:1
NTPServer2	string	W	len=..64			!Time:1
CurrentLocalTime	dateTime	R			activeNotify=canDeny	Time:1
LocalTimeZone	string	W	len=..256			!Time:1
>InterfaceStack.{i}.
HigherLayer	string	R	len=..256; pathRef=strong:row:			Baseline:3,Baseline:4
LowerLayer	string	R	len=..256; pathRef=strong:row:			Baseline:3,Baseline:4
>Ethernet.
InterfaceNumberOfEntries	unsignedInt	R				EthernetInterface:2
LinkNumberOfEntries	unsignedInt	R				EthernetLink:1
VLANTerminationNumberOfEntries	unsignedInt	R
>Ethernet.Interface.{i}.
Enable	boolean	W				!EthernetInterface:2
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}			EthernetInterface:2
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!EthernetInterface:2
Name	string	R	len=..64			EthernetInterface:2
LastChange	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
Upstream	boolean	R				EthernetInterface:2
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			EthernetInterface:2
MaxBitRate	int	W	range=-1..			!EthernetInterface:2
CurrentBitRate	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
DuplexMode	string	W	enum=Half|Full|Auto			!EthernetInterface:2
>Ethernet.Interface.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
BytesReceived	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
PacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
PacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
ErrorsSent	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
UnicastPacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
UnicastPacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
MulticastPacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
MulticastPacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
BroadcastPacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
BroadcastPacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetInterface:2
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetInterface:2
>Ethernet.Link.{i}.						!EthernetLink:1
Enable	boolean	W		object:false		!EthernetLink:1
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}	object:Down		EthernetLink:1
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!EthernetLink:1
Name	string	R	len=..64			EthernetLink:1
LastChange	unsignedInt	R			activeNotify=canDeny	EthernetLink:1
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:	object:		!EthernetLink:1
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			EthernetLink:1
>Ethernet.Link.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
BytesReceived	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
PacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
PacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
ErrorsSent	unsignedInt	R			activeNotify=canDeny	EthernetLink:1
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLink:1
UnicastPacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
UnicastPacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	EthernetLink:1
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLink:1
MulticastPacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
MulticastPacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
BroadcastPacketsSent	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
BroadcastPacketsReceived	unsignedLong	R			activeNotify=canDeny	EthernetLink:1
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	EthernetLink:1
>WiFi.
RadioNumberOfEntries	unsignedInt	R				WiFiRadio:1
SSIDNumberOfEntries	unsignedInt	R				WiFiSSID:1
AccessPointNumberOfEntries	unsignedInt	R				WiFiAccessPoint:2
>WiFi.Radio.{i}.
Enable	boolean	W				!WiFiRadio:1
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}			WiFiRadio:1
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!WiFiRadio:1
Name	string	R	len=..64			WiFiRadio:1
Upstream	boolean	R			obsoleted	WiFiRadio:1
MaxBitRate	unsignedInt	R				WiFiRadio:1
SupportedFrequencyBands	list	R	item=string; enum=2.4GHz|5GHz			WiFiRadio:1
OperatingFrequencyBand	string	W	enumRef=SupportedFrequencyBands			!WiFiRadio:1
SupportedStandards	list	R	item=string; enum=a|b|g|n|ac|ax			WiFiRadio:1
OperatingStandards	list	W	item=string; enumRef=SupportedStandards			!WiFiRadio:1
PossibleChannels	list	R	item=string; listLen=..1024			WiFiRadio:1
ChannelsInUse	list	R	item=string; listLen=..1024		activeNotify=canDeny	WiFiRadio:1
Channel	unsignedInt	W	range=1..255			!WiFiRadio:1
AutoChannelSupported	boolean	R				WiFiRadio:1
AutoChannelEnable	boolean	W				!WiFiRadio:1
ExtensionChannel	string	W	enum=AboveControlChannel|BelowControlChannel|Auto			!WiFiRadio:1
GuardInterval	string	W	enum=400nsec|800nsec|1xLTF_0.8us|1xLTF_1.6us|2xLTF_0.8us|2xLTF_1.6us|4xLTF_0.8us|4xLTF_3.2us|Auto			!WiFiRadio:1
MCS	int	W	range=-1..15,16..31			!WiFiRadio:1
TransmitPowerSupported	list	R	item=int; listLen=..64; range=-1..100			WiFiRadio:1
TransmitPower	int	W	range=-1..100			!WiFiRadio:1
IEEE80211hSupported	boolean	R				WiFiRadio:1
IEEE80211hEnabled	boolean	W				!WiFiRadio:1
RegulatoryDomain	string	W	len=3..3; pattern=[A-Z][A-Z][ OI]			!WiFiRadio:1
OperatingChannelBandwidth	string	W	enumRef=SupportedOperatingChannelBandwidths
CurrentOperatingChannelBandwidth	string	R	enum=20MHz|40MHz|80MHz|160MHz|80+80MHz
>WiFi.Radio.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	WiFiRadio:1
BytesReceived	unsignedLong	R			activeNotify=canDeny	WiFiRadio:1
PacketsSent	unsignedLong	R			activeNotify=canDeny	WiFiRadio:1
PacketsReceived	unsignedLong	R			activeNotify=canDeny	WiFiRadio:1
ErrorsSent	unsignedInt	R			activeNotify=canDeny	WiFiRadio:1
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	WiFiRadio:1
>WiFi.SSID.{i}.						!WiFiSSID:1
Enable	boolean	W		object:false		!WiFiSSID:1
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}	object:Down		WiFiSSID:1
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!WiFiSSID:1
Name	string	R	len=..64			WiFiSSID:1
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:	object:		!WiFiSSID:1
BSSID	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			WiFiSSID:1
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			WiFiSSID:1
SSID	string	W	len=..32			!WiFiSSID:1
>WiFi.SSID.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	WiFiSSID:1
BytesReceived	unsignedLong	R			activeNotify=canDeny	WiFiSSID:1
PacketsSent	unsignedLong	R			activeNotify=canDeny	WiFiSSID:1
PacketsReceived	unsignedLong	R			activeNotify=canDeny	WiFiSSID:1
ErrorsSent	unsignedInt	R				WiFiSSID:1
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	WiFiSSID:1
>WiFi.AccessPoint.{i}.						!WiFiAccessPoint:2
Enable	boolean	W		object:false		!WiFiAccessPoint:2
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled		WiFiAccessPoint:2
SSIDReference	string	W	len=..256; pathRef=strong:row:#.SSID.	object:		!WiFiAccessPoint:2
SSIDAdvertisementEnabled	boolean	W				!WiFiAccessPoint:2
WMMCapability	boolean	R				WiFiAccessPoint:2
UAPSDCapability	boolean	R				WiFiAccessPoint:2
WMMEnable	boolean	W				!WiFiAccessPoint:2
UAPSDEnable	boolean	W				!WiFiAccessPoint:2
AssociatedDeviceNumberOfEntries	unsignedInt	R				WiFiAccessPoint:2
MACAddressControlEnabled	boolean	W				!WiFiAccessPoint:2
AllowedMACAddress	list	W	item=string; len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			!WiFiAccessPoint:2
IsolationEnable	boolean	W
MaxAllowedAssociations	unsignedInt	W
>WiFi.AccessPoint.{i}.Security.
ModesSupported	list	R	item=string; enum=None|WEP-64|WEP-128|WPA-Personal|WPA2-Personal|WPA3-Personal|WPA-WPA2-Personal|WPA3-Personal-Transition|WPA-Enterprise|WPA2-Enterprise|WPA3-Enterprise|WPA-WPA2-Enterprise			WiFiAccessPoint:2
ModeEnabled	string	W	enumRef=ModesSupported			!WiFiAccessPoint:2
WEPKey	hexBinary	W	len=5..5; len=13..13		hidden	!WiFiAccessPoint:2
PreSharedKey	hexBinary	W	len=..32		hidden	!WiFiAccessPoint:2
KeyPassphrase	string	W	len=8..63		hidden	!WiFiAccessPoint:2
RekeyingInterval	unsignedInt	W		object:3600		!WiFiAccessPoint:2
RadiusServerIPAddr	string	W	len=..45; dataType=IPAddress			!WiFiAccessPoint:2
RadiusServerPort	unsignedInt	W		object:1812		!WiFiAccessPoint:2
RadiusSecret	string	W			hidden	!WiFiAccessPoint:2
SAEPassphrase	string	W			hidden
MFPConfig	string	W	enum=Disabled|Optional|Required	object:Disabled
>WiFi.AccessPoint.{i}.WPS.
Enable	boolean	W		object:true		!WiFiAccessPoint:2
ConfigMethodsSupported	list	R	item=string; enum=USBFlashDrive|Ethernet|Label|Display|ExternalNFCToken|IntegratedNFCToken|NFCInterface|PushButton|PIN|PhysicalPushButton|PhysicalDisplay|VirtualPushButton|VirtualDisplay			WiFiAccessPoint:2
ConfigMethodsEnabled	list	W	item=string; enumRef=ConfigMethodsSupported			!WiFiAccessPoint:2
>WiFi.AccessPoint.{i}.AssociatedDevice.{i}.
MACAddress	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress		activeNotify=canDeny	WiFiAccessPoint:2
AuthenticationState	boolean	R			activeNotify=canDeny	WiFiAccessPoint:2
LastDataDownlinkRate	unsignedInt	R	range=1000..		activeNotify=canDeny	WiFiAccessPoint:2
LastDataUplinkRate	unsignedInt	R	range=1000..		activeNotify=canDeny	WiFiAccessPoint:2
SignalStrength	int	R	range=-200..0
AssociationTime	dateTime	R
>Bridging.
MaxBridgeEntries	unsignedInt	R				Bridge:1
MaxDBridgeEntries	unsignedInt	R				Bridge:1
BridgeNumberOfEntries	unsignedInt	R				Bridge:1
>Bridging.Bridge.{i}.						!Bridge:1
Enable	boolean	W		object:false		!Bridge:1
Status	string	R	enum=Disabled|Enabled|Error{opt}	object:Disabled		Bridge:1
PortNumberOfEntries	unsignedInt	R				Bridge:1
>Bridging.Bridge.{i}.Port.{i}.						!Bridge:1
Enable	boolean	W		object:false		!Bridge:1
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}	object:Down		Bridge:1
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!Bridge:1
Name	string	R	len=..64			Bridge:1
LastChange	unsignedInt	R			activeNotify=canDeny	Bridge:1
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:	object:		!Bridge:1
ManagementPort	boolean	W		object:false		!Bridge:1
PortState	string	R	enum=Disabled|Blocking|Listening|Learning|Forwarding|Broken	object:Disabled		Bridge:1
>Bridging.Bridge.{i}.Port.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	Bridge:1
BytesReceived	unsignedLong	R			activeNotify=canDeny	Bridge:1
PacketsSent	unsignedLong	R			activeNotify=canDeny	Bridge:1
PacketsReceived	unsignedLong	R			activeNotify=canDeny	Bridge:1
ErrorsSent	unsignedInt	R			activeNotify=canDeny	Bridge:1
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	Bridge:1
UnicastPacketsSent	unsignedLong	R			activeNotify=canDeny	Bridge:1
UnicastPacketsReceived	unsignedLong	R			activeNotify=canDeny	Bridge:1
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	Bridge:1
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	Bridge:1
MulticastPacketsSent	unsignedLong	R			activeNotify=canDeny	Bridge:1
MulticastPacketsReceived	unsignedLong	R			activeNotify=canDeny	Bridge:1
BroadcastPacketsSent	unsignedLong	R			activeNotify=canDeny	Bridge:1
BroadcastPacketsReceived	unsignedLong	R			activeNotify=canDeny	Bridge:1
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	Bridge:1
>PPP.
InterfaceNumberOfEntries	unsignedInt	R				PPPInterface:2
SupportedNCPs	list	R	item=string; enum=ATCP|IPCP|IPXCP|NBFCP|IPv6CP			PPPInterface:2
>PPP.Interface.{i}.						!PPPInterface:2
Enable	boolean	W		object:false		!PPPInterface:2
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}	object:Down		PPPInterface:2
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!PPPInterface:2
Name	string	R	len=..64			PPPInterface:2
LastChange	unsignedInt	R			activeNotify=canDeny	PPPInterface:2
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:	object:		!PPPInterface:2
Reset	boolean	W		object:false	command	!PPPInterface:2
Username	string	W	len=..64			!PPPInterface:2
Password	string	W	len=..64		hidden	!PPPInterface:2
ConnectionTrigger	string	W	enum=OnDemand|AlwaysOn|Manual			!PPPInterface:2
IPv6CPEnable	boolean	W				!PPPInterface:2
ConnectionStatus	string	R	enum=Unconfigured|Connecting|Authenticating|Connected|PendingDisconnect|Disconnecting|Disconnected
LastConnectionError	string	R	enum=ERROR_NONE|ERROR_ISP_TIME_OUT|ERROR_COMMAND_ABORTED|ERROR_NOT_ENABLED_FOR_INTERNET|ERROR_BAD_PHONE_NUMBER|ERROR_USER_DISCONNECT|ERROR_ISP_DISCONNECT|ERROR_IDLE_DISCONNECT|ERROR_FORCED_DISCONNECT|ERROR_SERVER_OUT_OF_RESOURCES|ERROR_RESTRICTED_LOGON_HOURS|ERROR_ACCOUNT_DISABLED|ERROR_ACCOUNT_EXPIRED|ERROR_PASSWORD_EXPIRED|ERROR_AUTHENTICATION_FAILURE|ERROR_NO_DIALTONE|ERROR_NO_CARRIER|ERROR_NO_ANSWER|ERROR_LINE_BUSY|ERROR_UNSUPPORTED_BITSPERSECOND|ERROR_TOO_MANY_LINE_ERRORS|ERROR_IP_CONFIGURATION|ERROR_UNKNOWN
LCPEcho	unsignedInt	R
LCPEchoRetry	unsignedInt	R
IdleDisconnectTime	unsignedInt	W
>PPP.Interface.{i}.PPPoE.
SessionID	unsignedInt	R	range=1..			PPPInterface:2
ACName	string	W	len=..256			!PPPInterface:2
ServiceName	string	W	len=..256			!PPPInterface:2
>PPP.Interface.{i}.IPv6CP.
LocalInterfaceIdentifier	string	R	len=..45; dataType=IPv6Address			PPPInterface:2
RemoteInterfaceIdentifier	string	R	len=..45; dataType=IPv6Address			PPPInterface:2
>PPP.Interface.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
BytesReceived	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
PacketsSent	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
PacketsReceived	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
ErrorsSent	unsignedInt	R			activeNotify=canDeny	PPPInterface:2
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	PPPInterface:2
UnicastPacketsSent	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
UnicastPacketsReceived	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	PPPInterface:2
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	PPPInterface:2
MulticastPacketsSent	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
MulticastPacketsReceived	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
BroadcastPacketsSent	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
BroadcastPacketsReceived	unsignedLong	R			activeNotify=canDeny	PPPInterface:2
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	PPPInterface:2
>IP.
IPv4Enable	boolean	W				!IPInterface:2
IPv4Status	string	R	enum=Disabled|Enabled|Error{opt}			IPInterface:2
IPv6Capable	boolean	R				IPv6Interface:1
IPv6Enable	boolean	W				!IPv6Interface:1
IPv6Status	string	R	enum=Disabled|Enabled|Error{opt}			IPv6Interface:1
ULAPrefix	string	W	len=..49; dataType=IPv6Prefix			!IPv6Interface:1
InterfaceNumberOfEntries	unsignedInt	R				IPInterface:2,IPv6Interface:1
>IP.Interface.{i}.						!IPInterface:2,IPv6Interface:1
Enable	boolean	W		object:false		!IPInterface:2,IPv6Interface:1
IPv4Enable	boolean	W				!IPInterface:2
IPv6Enable	boolean	W				!IPv6Interface:1
ULAEnable	boolean	W		object:false		!IPv6Interface:1
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}	object:Down		IPInterface:2,IPv6Interface:1
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!IPInterface:2,IPv6Interface:1
Name	string	R	len=..64			IPInterface:2,IPv6Interface:1
LastChange	unsignedInt	R			activeNotify=canDeny	IPInterface:2,IPv6Interface:1
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:	object:		!IPInterface:2,IPv6Interface:1
Reset	boolean	W		object:false	command	!IPInterface:2,IPv6Interface:1
Type	string	R	enum=Normal|Loopback|Tunnel|Tunneled	object:Normal		IPInterface:2,IPv6Interface:1
IPv4AddressNumberOfEntries	unsignedInt	R				IPInterface:2
IPv6AddressNumberOfEntries	unsignedInt	R				IPv6Interface:1
IPv6PrefixNumberOfEntries	unsignedInt	R				IPv6Interface:1
MaxMTUSize	unsignedInt	W	range=64..65535
>IP.Interface.{i}.IPv4Address.{i}.						!IPInterface:2
Enable	boolean	W		object:false		!IPInterface:2
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled		IPInterface:2
IPAddress	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			!IPInterface:2
SubnetMask	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		!IPInterface:2
AddressingType	string	R	enum=DHCP|IKEv2|AutoIP|IPCP|Static	object:Static		IPInterface:2
>IP.Interface.{i}.Stats.
BytesSent	unsignedLong	R			activeNotify=canDeny	IPInterface:2
BytesReceived	unsignedLong	R			activeNotify=canDeny	IPInterface:2
PacketsSent	unsignedLong	R			activeNotify=canDeny	IPInterface:2
PacketsReceived	unsignedLong	R			activeNotify=canDeny	IPInterface:2
ErrorsSent	unsignedInt	R			activeNotify=canDeny	IPInterface:2
ErrorsReceived	unsignedInt	R			activeNotify=canDeny	IPInterface:2
UnicastPacketsSent	unsignedLong	R			activeNotify=canDeny	IPInterface:2
UnicastPacketsReceived	unsignedLong	R			activeNotify=canDeny	IPInterface:2
DiscardPacketsSent	unsignedInt	R			activeNotify=canDeny	IPInterface:2
DiscardPacketsReceived	unsignedInt	R			activeNotify=canDeny	IPInterface:2
MulticastPacketsSent	unsignedLong	R			activeNotify=canDeny	IPInterface:2
MulticastPacketsReceived	unsignedLong	R			activeNotify=canDeny	IPInterface:2
BroadcastPacketsSent	unsignedLong	R				IPInterface:2
BroadcastPacketsReceived	unsignedLong	R				IPInterface:2
UnknownProtoPacketsReceived	unsignedInt	R			activeNotify=canDeny	IPInterface:2
>IP.Diagnostics.
IPv4DownloadDiagnosticsSupported	boolean	R				Download:1
IPv6DownloadDiagnosticsSupported	boolean	R				Download:1
IPv4UploadDiagnosticsSupported	boolean	R				Upload:1
IPv6UploadDiagnosticsSupported	boolean	R				Upload:1
>IP.Diagnostics.IPPing.
DiagnosticsState	string	W	enum=None{ro}|Requested|Canceled{opt}|Complete{ro}|Error{ro,opt}|Error_CannotResolveHostName{ro}|Error_NoRouteToHost{ro}|Error_Internal{ro}|Error_Other{ro}; dataType=DiagnosticsState			!IPPing:1,IPPingDetailed:1
Interface	string	W	len=..256; pathRef=weak:row:			!IPPing:1,IPPingDetailed:1
Host	string	W	len=..256			!IPPing:1,IPPingDetailed:1
NumberOfRepetitions	unsignedInt	W	range=1..			!IPPing:1,IPPingDetailed:1
Timeout	unsignedInt	W	range=1..			!IPPing:1,IPPingDetailed:1
DataBlockSize	unsignedInt	W	range=1..65535			!IPPing:1,IPPingDetailed:1
DSCP	unsignedInt	W	range=0..63			!IPPing:1,IPPingDetailed:1
SuccessCount	unsignedInt	R			activeNotify=canDeny	IPPing:1,IPPingDetailed:1
FailureCount	unsignedInt	R			activeNotify=canDeny	IPPing:1,IPPingDetailed:1
AverageResponseTime	unsignedInt	R			activeNotify=canDeny	IPPing:1
MinimumResponseTime	unsignedInt	R			activeNotify=canDeny	IPPing:1
MaximumResponseTime	unsignedInt	R			activeNotify=canDeny	IPPing:1
AverageResponseTimeDetailed	unsignedInt	R			activeNotify=canDeny	IPPingDetailed:1
MinimumResponseTimeDetailed	unsignedInt	R			activeNotify=canDeny	IPPingDetailed:1
MaximumResponseTimeDetailed	unsignedInt	R			activeNotify=canDeny	IPPingDetailed:1
>IP.Diagnostics.TraceRoute.
DiagnosticsState	string	W	enum=None{ro}|Requested|Canceled{opt}|Complete{ro}|Error{ro,opt}|Error_CannotResolveHostName{ro}|Error_NoRouteToHost{ro}|Error_MaxHopCountExceeded{ro}|Error_Internal{ro}|Error_Other{ro}; dataType=DiagnosticsState			!TraceRoute:1
Interface	string	W	len=..256; pathRef=weak:row:			!TraceRoute:1
Host	string	W	len=..256			!TraceRoute:1
NumberOfTries	unsignedInt	W	range=1..3			!TraceRoute:1
Timeout	unsignedInt	W	range=1..			!TraceRoute:1
DataBlockSize	unsignedInt	W	range=1..65535			!TraceRoute:1
DSCP	unsignedInt	W	range=0..63			!TraceRoute:1
MaxHopCount	unsignedInt	W	range=1..64			!TraceRoute:1
ResponseTime	unsignedInt	R			activeNotify=canDeny	TraceRoute:1
RouteHopsNumberOfEntries	unsignedInt	R			activeNotify=canDeny	TraceRoute:1
>IP.Diagnostics.TraceRoute.RouteHops.{i}.
Host	string	R	len=..256		activeNotify=canDeny	TraceRoute:1
HostAddress	string	R			activeNotify=canDeny	TraceRoute:1
ErrorCode	unsignedInt	R			activeNotify=canDeny	TraceRoute:1
RTTimes	list	R	item=unsignedInt; items=1..3; listLen=..16			TraceRoute:1
>IP.Diagnostics.DownloadDiagnostics.
DiagnosticsState	string	W	enum=None{ro}|Requested|Canceled{opt}|Complete{ro}|Error{ro,opt}|Completed{ro,dep}|Error_CannotResolveHostName{ro}|Error_NoRouteToHost{ro}|Error_InitConnectionFailed{ro}|Error_NoResponse{ro}|Error_TransferFailed{ro}|Error_PasswordRequestFailed{ro}|Error_LoginFailed{ro}|Error_NoTransferMode{ro}|Error_NoPASV{ro}|Error_IncorrectSize{ro}|Error_Timeout{ro}|Error_Internal{ro}|Error_Other{ro}; dataType=DiagnosticsState			!Download:1
Interface	string	W	len=..256; pathRef=weak:row:			!Download:1
DownloadURL	string	W	len=..2048; dataType=URL			!Download:1
DownloadTransports	list	R	item=string; enum=HTTP|FTP{opt}			Download:1
DSCP	unsignedInt	W	range=0..63			!Download:1
EthernetPriority	unsignedInt	W	range=0..7			!Download:1
ROMTime	dateTime	R			activeNotify=canDeny	Download:1
BOMTime	dateTime	R			activeNotify=canDeny	Download:1
EOMTime	dateTime	R			activeNotify=canDeny	Download:1
TestBytesReceived	unsignedInt	R				Download:1
TotalBytesReceived	unsignedInt	R				Download:1
TCPOpenRequestTime	dateTime	R			activeNotify=canDeny	DownloadTCP:1
TCPOpenResponseTime	dateTime	R			activeNotify=canDeny	DownloadTCP:1
>IP.Diagnostics.UploadDiagnostics.
DiagnosticsState	string	W	enum=None{ro}|Requested|Canceled{opt}|Complete{ro}|Error{ro,opt}|Completed{ro,dep}|Error_CannotResolveHostName{ro}|Error_NoRouteToHost{ro}|Error_InitConnectionFailed{ro}|Error_NoResponse{ro}|Error_PasswordRequestFailed{ro}|Error_LoginFailed{ro}|Error_NoTransferMode{ro}|Error_NoPASV{ro}|Error_NoCWD{ro}|Error_NoSTOR{ro}|Error_NoTransferComplete{ro}|Error_Timeout{ro}|Error_Internal{ro}|Error_Other{ro}; dataType=DiagnosticsState			!Upload:1
Interface	string	W	len=..256; pathRef=weak:row:			!Upload:1
UploadURL	string	W	len=..2048; dataType=URL			!Upload:1
UploadTransports	list	R	item=string; enum=HTTP|FTP{opt}			Upload:1
DSCP	unsignedInt	W	range=0..63			!Upload:1
EthernetPriority	unsignedInt	W	range=0..7			!Upload:1
TestFileLength	unsignedInt	W				Upload:1
ROMTime	dateTime	R			activeNotify=canDeny	Upload:1
BOMTime	dateTime	R			activeNotify=canDeny	Upload:1
EOMTime	dateTime	R			activeNotify=canDeny	Upload:1
TotalBytesSent	unsignedInt	R				Upload:1
TCPOpenRequestTime	dateTime	R			activeNotify=canDeny	UploadTCP:1
TCPOpenResponseTime	dateTime	R			activeNotify=canDeny	UploadTCP:1
>IP.Diagnostics.UDPEchoConfig.
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
>Routing.
RouterNumberOfEntries	unsignedInt	R				Routing:2,IPv6Routing:1
>Routing.Router.{i}.						!Routing:2,IPv6Routing:1
Enable	boolean	W		object:false		!Routing:2,IPv6Routing:1
Status	string	R	enum=Disabled|Enabled|Error{opt}	object:Disabled		Routing:2,IPv6Routing:1
IPv4ForwardingNumberOfEntries	unsignedInt	R				Routing:2
IPv6ForwardingNumberOfEntries	unsignedInt	R				IPv6Routing:1
>Routing.Router.{i}.IPv4Forwarding.{i}.						!Routing:2
Enable	boolean	W		object:false		!Routing:2
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled		Routing:2
StaticRoute	boolean	R		object:true		Routing:2
DestIPAddress	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		!Routing:2
DestSubnetMask	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		!Routing:2
GatewayIPAddress	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		!Routing:2
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!Routing:2
Origin	string	R	enum=DHCPv4|OSPF|IPCP|RIP|Static	object:Static		Routing:2
ForwardingMetric	int	W	range=-1..	object:-1		!Routing:2
>Routing.Router.{i}.IPv6Forwarding.{i}.						!IPv6Routing:1
Enable	boolean	W		object:false		!IPv6Routing:1
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled		IPv6Routing:1
DestIPPrefix	string	W	len=..49; dataType=IPv6Prefix	object:		!IPv6Routing:1
NextHop	string	W	len=..45; dataType=IPv6Address	object:		!IPv6Routing:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!IPv6Routing:1
Origin	string	R	enum=DHCPv6|OSPF|RA|RIPng|Static	object:Static		IPv6Routing:1
ForwardingMetric	int	W	range=-1..	object:-1		!IPv6Routing:1
>Routing.RIP.
Enable	boolean	W				!Routing:2,IPv6Routing:1
SupportedModes	string	R	enum=Send|Receive|Both			Routing:2,IPv6Routing:1
InterfaceSettingNumberOfEntries	unsignedInt	R				Routing:2,IPv6Routing:1
>Routing.RIP.InterfaceSetting.{i}.						!Routing:2,IPv6Routing:1
Enable	boolean	W		object:false		!Routing:2,IPv6Routing:1
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled		Routing:2,IPv6Routing:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!Routing:2,IPv6Routing:1
AcceptRA	boolean	W				!Routing:2,IPv6Routing:1
SendRA	boolean	W				!Routing:2,IPv6Routing:1
>Routing.RouteInformation.
Enable	boolean	W				!IPv6Routing:1
InterfaceSettingNumberOfEntries	unsignedInt	R				IPv6Routing:1
>Routing.RouteInformation.InterfaceSetting.{i}.
Status	string	R	enum=ForwardingEntryCreated|NoForwardingEntry|Error{opt}			IPv6Routing:1
Interface	string	R	len=..256; pathRef=strong:row:.IP.Interface.			IPv6Routing:1
SourceRouter	string	R	len=..45; dataType=IPv6Address			IPv6Routing:1
PreferredRouteFlag	string	R	enum=High|Medium|Low			IPv6Routing:1
Prefix	string	R	len=..49; dataType=IPv6Prefix			IPv6Routing:1
RouteLifetime	dateTime	R				IPv6Routing:1
>RouterAdvertisement.
Enable	boolean	W
InterfaceSettingNumberOfEntries	unsignedInt	R
>RouterAdvertisement.InterfaceSetting.{i}.
Enable	boolean	W		object:false
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled
Interface	string	W	pathRef=strong:row:.IP.Interface.	object:
MaxRtrAdvInterval	unsignedInt	W	range=4..1800	object:600
MinRtrAdvInterval	unsignedInt	W	range=3..1350	object:200
AdvDefaultLifetime	unsignedInt	W	range=..65535	object:1800
AdvManagedFlag	boolean	W		object:false
AdvOtherConfigFlag	boolean	W		object:false
AdvMobileAgentFlag	boolean	W		object:false
AdvPreferredRouterFlag	string	W	enum=High|Medium|Low	object:Medium
AdvNDProxyFlag	boolean	W		object:false
AdvLinkMTU	unsignedInt	W		object:0
AdvReachableTime	unsignedInt	W	range=..3600000	object:0
AdvRetransTimer	unsignedInt	W		object:0
AdvCurHopLimit	unsignedInt	W	range=..255	object:0
>LANConfigSecurity.
ConfigPassword	string	W	len=..64		hidden	!Baseline:3
>Hosts.
HostNumberOfEntries	unsignedInt	R				Hosts:2
>Hosts.Host.{i}.
PhysAddress	string	R	len=..64			Hosts:2
IPAddress	string	R	len=..45; dataType=IPAddress			Hosts:2
AddressSource	string	R	enum=DHCP|Static|AutoIP|None		obsoleted	Hosts:2
DHCPClient	list	R	item=string; items=..2; pathRef=strong:row:.DHCPv4.Server.Pool.{i}.Client.,.DHCPv6.Server.Pool.{i}.Client.			Hosts:2
LeaseTimeRemaining	int	R	range=-1..		obsoleted	Hosts:2
AssociatedDevice	string	R	len=..256; pathRef=strong:row:			Hosts:2
Layer1Interface	string	R	len=..256; pathRef=strong:row:			Hosts:2
Layer3Interface	string	R	len=..256; pathRef=strong:row:.IP.Interface.			Hosts:2
HostName	string	R	len=..64			Hosts:2
Active	boolean	R				Hosts:2
IPv4AddressNumberOfEntries	unsignedInt	R				Hosts:2
IPv6AddressNumberOfEntries	unsignedInt	R				Hosts:2
>Hosts.Host.{i}.IPv4Address.{i}.
IPAddress	string	R	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			Hosts:2
>Hosts.Host.{i}.IPv6Address.{i}.
IPAddress	string	R	len=..45; dataType=IPv6Address			Hosts:2
>DNS.
SupportedRecordTypes	list	R	item=string; enum=A|AAAA|SRV|PTR			Baseline:3,Baseline:4
>DNS.Client.
Enable	boolean	W				!Baseline:3,Baseline:4
Status	string	R	enum=Disabled|Enabled|Error{opt}			Baseline:3,Baseline:4
ServerNumberOfEntries	unsignedInt	R				Baseline:3,Baseline:4
>DNS.Client.Server.{i}.						!Baseline:3,Baseline:4
Enable	boolean	W		object:false		!Baseline:3,Baseline:4
Status	string	R	enum=Disabled|Enabled|Error{opt}	object:Disabled		Baseline:3,Baseline:4
DNSServer	string	W	len=..45; dataType=IPAddress			!Baseline:3,Baseline:4
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!Baseline:3,Baseline:4
Type	string	R	enum=DHCP{obs}|DHCPv4|DHCPv6|RouterAdvertisement|IPCP|Static	object:Static		Baseline:3,Baseline:4
>DNS.Relay.
Enable	boolean	W				!DNSRelay:1
Status	string	R	enum=Disabled|Enabled|Error{opt}			DNSRelay:1
ForwardNumberOfEntries	unsignedInt	R				DNSRelay:1
>DNS.Relay.Forwarding.{i}.						!DNSRelay:1
Enable	boolean	W		object:false		!DNSRelay:1
Status	string	R	enum=Disabled|Enabled|Error{opt}	object:Disabled		DNSRelay:1
DNSServer	string	W	len=..45; dataType=IPAddress			!DNSRelay:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!DNSRelay:1
Type	string	R	enum=DHCP{obs}|DHCPv4|DHCPv6|RouterAdvertisement|IPCP|Static	object:Static		DNSRelay:1
>NAT.
InterfaceSettingNumberOfEntries	unsignedInt	R				NAT:1
PortMappingNumberOfEntries	unsignedInt	R				NAT:1
>NAT.InterfaceSetting.{i}.						!NAT:1
Enable	boolean	W		object:false		!NAT:1
Status	string	R	enum=Disabled|Enabled|Enabled_NATForcedDisabled|Enabled_PortMappingDisabled|Error_Misconfigured|Error	object:Disabled		NAT:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!NAT:1
>NAT.PortMapping.{i}.						!NAT:1
Enable	boolean	W		object:false		!NAT:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!NAT:1
AllInterfaces	boolean	W		object:false		!NAT:1
LeaseDuration	unsignedInt	W			activeNotify=canDeny	NAT:1
RemoteHost	string	W		object:		!NAT:1
ExternalPort	unsignedInt	W	range=0..65535			!NAT:1
InternalPort	unsignedInt	W	range=0..65535			!NAT:1
Protocol	string	W	enum=TCP|UDP			!NAT:1
InternalClient	string	W	len=..256	object:		!NAT:1
Description	string	W	len=..256	object:		!NAT:1
ExternalPortEndRange	unsignedInt	W	range=0..65535	object:0
>DHCPv4.
ClientNumberOfEntries	unsignedInt	R				DHCPv4Client:1
>DHCPv4.Client.{i}.						!DHCPv4Client:1
Enable	boolean	W		object:false		!DHCPv4Client:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!DHCPv4Client:1
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled		DHCPv4Client:1
Renew	boolean	W		object:false	command	!DHCPv4Client:1
IPAddress	string	R	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		DHCPv4Client:1
SubnetMask	string	R	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		DHCPv4Client:1
IPRouters	list	R	item=string; listLen=..256; len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		DHCPv4Client:1
DNSServers	list	R	item=string; listLen=..256; len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		DHCPv4Client:1
LeaseTimeRemaining	int	R	range=-1..	object:0	activeNotify=canDeny	DHCPv4Client:1
DHCPServer	string	R	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		DHCPv4Client:1
SentOptionNumberOfEntries	unsignedInt	R				DHCPv4Client:1
ReqOptionNumberOfEntries	unsignedInt	R				DHCPv4Client:1
>DHCPv4.Client.{i}.SentOption.{i}.						!DHCPv4Client:1
Enable	boolean	W		object:false		!DHCPv4Client:1
Tag	unsignedInt	W	range=1..254			!DHCPv4Client:1
Value	hexBinary	W	len=0..255	object:		!DHCPv4Client:1
>DHCPv4.Client.{i}.ReqOption.{i}.						!DHCPv4Client:1
Enable	boolean	W		object:false		!DHCPv4Client:1
Order	unsignedInt	W	range=1..			!DHCPv4Client:1
Tag	unsignedInt	W	range=1..254			!DHCPv4Client:1
Value	hexBinary	R	len=0..255	object:		DHCPv4Client:1
>DHCPv4.Server.
Enable	boolean	W				!DHCPv4Server:1,DHCPv4CondServing:1
PoolNumberOfEntries	unsignedInt	R				DHCPv4Server:1,DHCPv4CondServing:1
>DHCPv4.Server.Pool.{i}.						!DHCPv4Server:1,DHCPv4CondServing:1,DHCPv4ServerClientInfo:1
Enable	boolean	W		object:false		!DHCPv4Server:1,DHCPv4CondServing:1
Order	unsignedInt	W	range=1..			!DHCPv4Server:1,DHCPv4CondServing:1
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:		!DHCPv4Server:1,DHCPv4CondServing:1
VendorClassID	string	W	len=..255	object:		!DHCPv4CondServing:1
ClientID	hexBinary	W	len=..255	object:		!DHCPv4CondServing:1
UserClassID	hexBinary	W	len=..255	object:		!DHCPv4CondServing:1
Chaddr	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress	object:		!DHCPv4CondServing:1
ChaddrMask	string	W	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress	object:		!DHCPv4CondServing:1
MinAddress	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			!DHCPv4Server:1,DHCPv4CondServing:1
MaxAddress	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			!DHCPv4Server:1,DHCPv4CondServing:1
ReservedAddresses	list	W	item=string; items=..32; len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address	object:		!DHCPv4Server:1,DHCPv4CondServing:1
SubnetMask	string	W	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			!DHCPv4Server:1,DHCPv4CondServing:1
DNSServers	list	W	item=string; items=..4; len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			!DHCPv4Server:1,DHCPv4CondServing:1
DomainName	string	W	len=..64			!DHCPv4Server:1,DHCPv4CondServing:1
IPRouters	list	W	item=string; items=..4; len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			!DHCPv4Server:1,DHCPv4CondServing:1
LeaseTime	int	W	range=-1..	object:86400		!DHCPv4Server:1,DHCPv4CondServing:1
OptionNumberOfEntries	unsignedInt	R				DHCPv4Server:1,DHCPv4CondServing:1
ClientNumberOfEntries	unsignedInt	R				DHCPv4ServerClientInfo:1
StaticAddressNumberOfEntries	unsignedInt	R
>DHCPv4.Server.Pool.{i}.Option.{i}.						!DHCPv4Server:1,DHCPv4CondServing:1
Enable	boolean	W		object:false		!DHCPv4Server:1,DHCPv4CondServing:1
Tag	unsignedInt	W	range=1..254			!DHCPv4Server:1,DHCPv4CondServing:1
Value	hexBinary	W	len=0..255	object:		!DHCPv4Server:1,DHCPv4CondServing:1
>DHCPv4.Server.Pool.{i}.Client.{i}.
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny	!DHCPv4ServerClientInfo:1
Chaddr	string	R	len=..17; pattern=; pattern=([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f]); dataType=MACAddress			DHCPv4ServerClientInfo:1
Active	boolean	R				DHCPv4ServerClientInfo:1
IPv4AddressNumberOfEntries	unsignedInt	R				DHCPv4ServerClientInfo:1
OptionNumberOfEntries	unsignedInt	R				DHCPv4ServerClientInfo:1
>DHCPv4.Server.Pool.{i}.Client.{i}.IPv4Address.{i}.
IPAddress	string	R	len=..15; pattern=; pattern=((25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|[01]?[0-9]?[0-9]); dataType=IPv4Address			DHCPv4ServerClientInfo:1
LeaseTimeRemaining	dateTime	R				DHCPv4ServerClientInfo:1
>DHCPv4.Server.Pool.{i}.Client.{i}.Option.{i}.
Tag	unsignedInt	R	range=0..255			DHCPv4ServerClientInfo:1
Value	hexBinary	R	len=0..255			DHCPv4ServerClientInfo:1
>DHCPv6.
ClientNumberOfEntries	unsignedInt	R
>DHCPv6.Client.{i}.
Enable	boolean	W		object:false
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled
DUID	hexBinary	R	len=..130
RequestAddresses	boolean	W		object:true
RequestPrefixes	boolean	W		object:false
RapidCommit	boolean	W		object:false
Renew	boolean	W		object:false	command
SuggestedT1	int	W	range=-1..
SuggestedT2	int	W	range=-1..
RequestedOptions	list	W	item=unsignedInt
>DHCPv6.Server.
Enable	boolean	W
PoolNumberOfEntries	unsignedInt	R
>DHCPv6.Server.Pool.{i}.
Enable	boolean	W		object:false
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled
Order	unsignedInt	W	range=1..
Interface	string	W	len=..256; pathRef=strong:row:.IP.Interface.	object:
DUID	hexBinary	W	len=..130	object:
VendorClassID	hexBinary	W	len=..65535	object:
UserClassID	hexBinary	W	len=..65535	object:
SourceAddress	string	W	len=..45; dataType=IPv6Address	object:
SourceAddressMask	string	W	len=..45; dataType=IPv6Address	object:
IANAEnable	boolean	W
IANAPrefixes	list	R	item=string; items=..8; pathRef=strong:row:.IP.Interface.{i}.IPv6Prefix.
IAPDEnable	boolean	W
ClientNumberOfEntries	unsignedInt	R
>DHCPv6.Server.Pool.{i}.Client.{i}.
SourceAddress	string	R	len=..45; dataType=IPv6Address
Active	boolean	R
IPv6AddressNumberOfEntries	unsignedInt	R
IPv6PrefixNumberOfEntries	unsignedInt	R
>DHCPv6.Server.Pool.{i}.Client.{i}.IPv6Address.{i}.
IPAddress	string	R	len=..45; dataType=IPv6Address
PreferredLifetime	dateTime	R
ValidLifetime	dateTime	R
>DHCPv6.Server.Pool.{i}.Client.{i}.IPv6Prefix.{i}.
Prefix	string	R	len=..49; dataType=IPv6Prefix
PreferredLifetime	dateTime	R
ValidLifetime	dateTime	R
>Users.
UserNumberOfEntries	unsignedInt	R				User:1
>Users.User.{i}.						!User:1
Enable	boolean	W		object:false		!User:1
Username	string	W	len=..64	object:		!User:1
Password	string	W	len=..64		hidden	!User:1
>Firewall.
Config	string	W	enum=High|Low|Off{obs}|Advanced{opt}			!SimpleFirewall:1
Version	string	R	len=..16			SimpleFirewall:1
LastChange	dateTime	R				SimpleFirewall:1
Enable	boolean	W
>GatewayInfo.
ManufacturerOUI	string	R	len=..6; pattern=; pattern=[0-9A-F]{6}		activeNotify=forceDefaultEnabled	GatewayInfo:1
ProductClass	string	R	len=..64		activeNotify=forceDefaultEnabled	GatewayInfo:1
SerialNumber	string	R	len=..64		activeNotify=forceDefaultEnabled	GatewayInfo:1
>DHCPv4.Server.Pool.{i}.StaticAddress.{i}.
Enable	boolean	W		object:false
Alias	string	W	dataType=Alias; len=..64		activeNotify=canDeny
Chaddr	string	W	dataType=MACAddress; len=..17; pattern=|([0-9A-Fa-f][0-9A-Fa-f]:){5}([0-9A-Fa-f][0-9A-Fa-f])	object:
Yiaddr	string	W	dataType=IPv4Address; len=..45	object:
>PPP.Interface.{i}.IPCP.
LocalIPAddress	string	R	dataType=IPv4Address; len=..45	object:
RemoteIPAddress	string	R	dataType=IPv4Address; len=..45	object:
DNSServers	list	R	item=string; listLen=..; dataType=IPv4Address; len=..45	object:
>Ethernet.VLANTermination.{i}.
Enable	boolean	W		object:false
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}	object:Down
Alias	string	W	dataType=Alias; len=..64		activeNotify=canDeny
Name	string	R	len=..64
LastChange	unsignedInt	R			activeNotify=canDeny
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:	object:
VLANID	unsignedInt	W	range=1..4094
TPID	unsignedInt	W		object:33024
>UserInterface.RemoteAccess.
Enable	boolean	W
Port	unsignedInt	W	range=..65535
SupportedProtocols	list	R	item=string; enum=HTTP|HTTPS
Protocol	string	W	enumRef=SupportedProtocols
>Optical.
InterfaceNumberOfEntries	unsignedInt	R
>Optical.Interface.{i}.
Enable	boolean	W
Status	string	R	enum=Up|Down|Unknown|Dormant|NotPresent|LowerLayerDown|Error{opt}
Alias	string	W	dataType=Alias; len=..64
Name	string	R	len=..64
LastChange	unsignedInt	R			activeNotify=canDeny
LowerLayers	list	W	item=string; listLen=..1024; pathRef=strong:row:
Upstream	boolean	R
OpticalSignalLevel	int	R	dataType=Dbm1000; range=-65536..65534
TransmitOpticalLevel	int	R	dataType=Dbm1000; range=-65536..65534
>IP.Interface.{i}.IPv6Address.{i}.
Enable	boolean	W		object:false
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled
IPAddressStatus	string	R	enum=Preferred|Deprecated|Invalid|Inaccessible|Unknown|Tentative|Duplicate|Optimistic	object:Invalid
IPAddress	string	W	dataType=IPv6Address; len=..45	object:
Origin	string	R	enum=AutoConfigured|DHCPv6|IKEv2|MAP|WellKnown|Static	object:Static
PreferredLifetime	dateTime	W		object:9999-12-31T23:59:59Z
ValidLifetime	dateTime	W		object:9999-12-31T23:59:59Z
>IP.Interface.{i}.IPv6Prefix.{i}.
Enable	boolean	W		object:false
Status	string	R	enum=Disabled|Enabled|Error_Misconfigured|Error{opt}	object:Disabled
PrefixStatus	string	R	enum=Preferred|Deprecated|Invalid|Inaccessible|Unknown	object:Invalid
Prefix	string	W	dataType=IPv6Prefix; len=..49	object:
Origin	string	R	enum=AutoConfigured|PrefixDelegation|RouterAdvertisement|WellKnown|Static|Child	object:Static
OnLink	boolean	W		object:false
Autonomous	boolean	W		object:false
PreferredLifetime	dateTime	W		object:9999-12-31T23:59:59Z
ValidLifetime	dateTime	W		object:9999-12-31T23:59:59Z
>ManagementServer.DownloadAvailability.Announcement.
Enable	boolean	W
Status	string	R	enum=Disabled|Enabled|Error{opt}
GroupNumberOfEntries	unsignedInt	R
>ManagementServer.DownloadAvailability.Announcement.Group.{i}.
Alias	string	W	len=..64; dataType=Alias		activeNotify=canDeny
Enable	boolean	W		object:false
Status	string	R	enum=Disabled|Enabled|Error{opt}	object:Disabled
URL	string	W	len=..2048; dataType=URL
>ManagementServer.DownloadAvailability.Query.
Enable	boolean	W
Status	string	R	enum=Disabled|Enabled|Error{opt}
URL	string	W	len=..2048; dataType=URL
>ManagementServer.DUStateChangeComplPolicy.
Enable	boolean	W
OperationTypeFilter	list	W	item=string; enum=Install|Update|Uninstall
ResultTypeFilter	string	W	enum=Success|Failure|Both
FaultCodeFilter	list	W	item=string; enum=9001|9003|9012|9013|9015|9016|9017|9018|9022|9023|9024|9025|9026|9027|9028|9029|9030|9031|9032
>ManagementServer.HeartbeatPolicy.
Enable	boolean	W
ReportingInterval	unsignedInt	W	range=30..
InitiationTime	dateTime	W
`;
