/** Table: facts of vendor parameters of InternetGatewayDevice, in the form of the standard ones (igd-facts.ts). TR-106
 * 3.3: a name begins with X_ and the OUI of the vendor. 00005E is that of documents; the maker of a product puts its
 * own OUI there. */
export const igdVendorFacts = `>
X_00005E_OpticalInterfaceNumberOfEntries	unsignedInt	R
>X_00005E_OpticalInterface.{i}.
Status	string	R	enum=Up|Down|Unknown|NotPresent
Name	string	R	len=..64
OpticalSignalLevel	int	R	range=-65536..65534		activeNotify=canDeny
TransmitOpticalLevel	int	R	range=-65536..65534		activeNotify=canDeny
`;
