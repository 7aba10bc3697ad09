#!/usr/bin/env python3
"""Envelope checks that XSD 1.0 cannot express, by a parser that is not the project's (stdlib only).
Usage: envcheck.py FILE...; names each file that is not as it should be, and ends with 1 if there is one."""
import re, sys
import xml.etree.ElementTree as ET
ENV='http://schemas.xmlsoap.org/soap/envelope/'; ENC='http://schemas.xmlsoap.org/soap/encoding/'
XSI='http://www.w3.org/2001/XMLSchema-instance'; XSD='http://www.w3.org/2001/XMLSchema'
VALUE_TYPES={'string','int','unsignedInt','long','unsignedLong','boolean','dateTime','base64','base64Binary','hexBinary','decimal'}
# fault code -> SOAP faultcode, TR-069 tables 65 and 66
CLIENT={9003,9005,9006,9007,9008,8003}
def main(f):
    err=[]; ns=[]; stack=[]; scopes={}
    root=None
    for ev,x in ET.iterparse(f,events=('start-ns','end-ns','start')):
        if ev=='start-ns': stack.append(x)
        elif ev=='end-ns': stack.pop()
        else:
            if root is None: root=x
            scopes[id(x)]=dict(stack)
    if root.tag!='{%s}Envelope'%ENV: err.append('root is not a SOAP 1.1 Envelope')
    body=root.find('{%s}Body'%ENV)
    if body is None or len(body)!=1: err.append('Body must hold exactly one element'); body=[] if body is None else body
    uri=[u for e in root.iter() for u in [e.tag[1:].split('}')[0]] if u.startswith('urn:dslforum-org:cwmp-1-')]
    if len(set(uri))>1: err.append('mixed CWMP namespaces: %s'%sorted(set(uri)))
    h=root.find('{%s}Header'%ENV)
    ids=[] if h is None else [e for e in h if e.tag.endswith('}ID')]
    if len(ids)>1: err.append('more than one ID header')
    for e in root.iter():
        a=e.get('{%s}arrayType'%ENC); sc=scopes[id(e)]
        if a is not None:
            m=re.fullmatch(r'([^:\[\]]+):([A-Za-z]+)\[(\d+)\]',a.strip())
            if not m: err.append('bad arrayType %r'%a); continue
            p,t,n=m.group(1),m.group(2),int(m.group(3))
            if p not in sc: err.append('arrayType prefix %s unbound'%p)
            elif sc[p] not in (XSD,ENC) and not sc[p].startswith('urn:dslforum-org:cwmp'): err.append('arrayType prefix %s bound to %s'%(p,sc[p]))
            if n!=len(e): err.append('%s: arrayType says %d, holds %d'%(e.tag.split('}')[-1],n,len(e)))
            for c in e:
                if c.tag.split('}')[-1]!=t: err.append('arrayType %s but child %s'%(t,c.tag)); break
        mu=e.get('{%s}mustUnderstand'%ENV)
        if mu is not None and mu!='1': err.append('%s: mustUnderstand must be 1'%e.tag.split('}')[-1])
        for v in (e.findall('Value') if e.tag=='ParameterValueStruct' else ()):
            e2=v
            t=e2.get('{%s}type'%XSI)
            if t is None: err.append('Value without xsi:type'); continue
            p,_,l=t.rpartition(':'); sc=scopes[id(e2)]
            if sc.get(p) not in (XSD,ENC): err.append('xsi:type prefix %r not XML Schema'%p)
            if l not in VALUE_TYPES: err.append('xsi:type %s is not a CWMP value type'%t)
    b=body[0] if len(body) else None
    if b is not None:
        n=b.tag.split('}')[-1]
        if n=='Inform':
            ev=b.find('Event')
            codes=[x.findtext('EventCode') for x in ev]
            single=[c for c in codes if not c.startswith('M ')]
            if len(codes)>64: err.append('more than 64 events')
            if len(set(single))!=len(single): err.append('a single event listed twice: %s'%codes)
            if '3 SCHEDULED' in codes and 'M ScheduleInform' not in codes: err.append('3 SCHEDULED without M ScheduleInform')
            if '7 TRANSFER COMPLETE' in codes and not {'M Download','M Upload'}&set(codes): err.append('7 TRANSFER COMPLETE without M Download/M Upload')
            for x in ev:
                c=x.findtext('EventCode')
                if not c.startswith('M ') and not c.startswith('X ') and x.findtext('CommandKey'): err.append('CommandKey on %s'%c)
            if h is not None and any(x.tag.endswith('}HoldRequests') for x in h): err.append('HoldRequests sent by a CPE')
            ct=b.findtext('CurrentTime')
            if not re.search(r'(Z|[+-]\d\d:\d\d)$',ct) and int(ct[:4])>=1000: err.append('CurrentTime without a time zone')
            if b.findtext('MaxEnvelopes')!='1': err.append('Inform MaxEnvelopes must be 1')
            if len(b.find('ParameterList'))==0: err.append('Inform without parameters')
            names=[p.findtext('Name') for p in b.find('ParameterList')]
            if len(set(names))!=len(names): err.append('parameter repeated in Inform')
            if any(x.endswith('.') for x in names): err.append('partial path in Inform ParameterList')
        if b.tag=='{%s}Fault'%ENV:
            std=b.findtext('faultcode','').split(':')[-1] in ('MustUnderstand','VersionMismatch')
            d=b.find('detail')
            if std: d=None
            if std: return 1 if [print('  '+x) for x in err] else 0
            if d is None or not any(x.tag.endswith('}Fault') for x in d): err.append('Fault without cwmp:Fault detail')
            fc=b.findtext('faultcode','').split(':')[-1]
            if fc not in ('Client','Server'): err.append('faultcode must be Client or Server')
            for x in (d if d is not None else ()):
                n=x.findtext('FaultCode')
                if n and (9000<=int(n)<=9019 or 8000<=int(n)<=8005) and (int(n) in CLIENT)!=(fc=='Client'): err.append('fault %s must carry faultcode %s'%(n,'Client' if int(n) in CLIENT else 'Server'))
                sp=[y for y in x if y.tag=='SetParameterValuesFault']
                if sp and n!='9003': err.append('SetParameterValuesFault with overall code %s, not 9003'%n)
                for y in sp:
                    if y.findtext('FaultCode')=='9004': err.append('9004 inside SetParameterValuesFault')
            if b.findtext('faultstring')!='CWMP fault': err.append('faultstring must be "CWMP fault"')
    for x in err: print('  '+x)
    return 1 if err else 0
bad=0
for f in sys.argv[1:]:
    try: wrong=main(f)
    except Exception as e: print('  %r'%e); wrong=1
    if wrong: print(f); bad=1
sys.exit(bad)
