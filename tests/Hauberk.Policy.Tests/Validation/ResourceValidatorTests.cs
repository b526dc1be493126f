using Hauberk.Policy.Reading;
using Hauberk.Policy.Validation;

namespace Hauberk.Policy.Tests.Validation;

public sealed class ResourceValidatorTests
{
    // Kind, spec (flow style), expected problems as "E|W CODE path", separated by "; ". Empty: valid without a word.
    public static TheoryData<string, string, string> Specs => new()
    {
        // 1.6
        { "PeerAuthentication", "{}", "" },
        { "PeerAuthentication", "{mtls: {mode: STRICT}}", "" },
        { "PeerAuthentication", "{selector: {matchLabels: {app: a}}, portLevelMtls: {8080: {mode: DISABLE}}}", "" },
        { "PeerAuthentication", "{portLevelMtls: {8080: {mode: DISABLE}}}", "E HBK0111 spec.portLevelMtls" },
        { "PeerAuthentication", "{selector: {}, portLevelMtls: {8080: {mode: DISABLE}}}", "E HBK0111 spec.portLevelMtls" },
        { "PeerAuthentication", "{selector: {matchLabels: {app: a}}, portLevelMtls: {}}", "E HBK0112 spec.portLevelMtls" },
        { "PeerAuthentication", "{selector: {matchLabels: {app: a}}, portLevelMtls: {0: {}, 65536: {}}}", "E HBK0104 spec.portLevelMtls.0; E HBK0104 spec.portLevelMtls.65536" },
        { "PeerAuthentication", "{selector: {matchLabels: {app: a}}, portLevelMtls: {http: {}}}", "E HBK0014 spec.portLevelMtls.http" },
        { "PeerAuthentication", "{selector: {matchLabels: {app: a*}}}", "E HBK0103 spec.selector.matchLabels.app" },
        { "PeerAuthentication", "{selector: {matchLabels: {'': a}}}", "E HBK0103 spec.selector.matchLabels[]" },
        { "PeerAuthentication", "{selector: {matchExpressions: []}}", "E HBK0018 spec.selector.matchExpressions" },
        { "PeerAuthentication", "{mtsl: {mode: STRICT}}", "E HBK0018 spec.mtsl" },
        { "PeerAuthentication", "{mtls: {mode: strict}}", "E HBK0015 spec.mtls.mode" },
        { "PeerAuthentication", "{mtls: STRICT}", "E HBK0014 spec.mtls" },

        // 3.3
        { "AuthorizationPolicy", "{}", "" },
        { "AuthorizationPolicy", "{rules: [{}]}", "" },
        { "AuthorizationPolicy", "{action: DENY}", "E HBK0122 spec" },
        { "AuthorizationPolicy", "{action: AUDIT}", "" },
        { "AuthorizationPolicy", "{action: CUSTOM, provider: {name: opa}}", "E HBK0122 spec; W HBK0141 spec.action" },
        { "AuthorizationPolicy", "{action: CUSTOM, rules: [{}]}", "E HBK0123 spec; W HBK0141 spec.action" },
        { "AuthorizationPolicy", "{action: CUSTOM, provider: {name: opa}, rules: [{}]}", "W HBK0141 spec.action" },
        { "AuthorizationPolicy", "{provider: {name: opa}}", "E HBK0123 spec.provider" },
        { "AuthorizationPolicy", "{acton: DENY}", "E HBK0018 spec.acton" },
        { "AuthorizationPolicy", "{rules: [{form: [{source: {namespaces: [a]}}]}]}", "E HBK0018 spec.rules[0].form" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {}}]}]}", "E HBK0124 spec.rules[0].from[0].source" },
        { "AuthorizationPolicy", "{rules: [{from: [{}]}]}", "E HBK0124 spec.rules[0].from[0].source" },
        { "AuthorizationPolicy", "{rules: [{from: []}]}", "E HBK0124 spec.rules[0].from" },
        { "AuthorizationPolicy", "{rules: [{to: }]}", "E HBK0124 spec.rules[0].to" },
        { "AuthorizationPolicy", "{rules: [{to: [{operation: {}}]}]}", "E HBK0124 spec.rules[0].to[0].operation" },
        { "AuthorizationPolicy", "{rules: [{when: []}]}", "W HBK0125 spec.rules[0].when" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {principals: [], namespaces: [a]}}]}]}", "W HBK0125 spec.rules[0].from[0].source.principals" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {principals: []}}]}]}", "E HBK0124 spec.rules[0].from[0].source" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {namespaces: ['']}}]}]}", "E HBK0126 spec.rules[0].from[0].source.namespaces[0]" },
        { "AuthorizationPolicy", "{rules: [null]}", "E HBK0014 spec.rules[0]" },
        { "AuthorizationPolicy", "{selector: {matchLabels: {app: a}}, targetRefs: [{kind: Gateway, name: g}]}", "E HBK0121 spec.selector; W HBK0144 spec.targetRefs" },
        { "AuthorizationPolicy", "{targetRef: {kind: Service, name: g}, targetRefs: [{kind: Gateway, name: g}]}", "E HBK0121 spec.targetRef; W HBK0144 spec.targetRefs" },

        // 3.5
        { "AuthorizationPolicy", "{rules: [{from: [{source: {principals: ['*', a*, '*a', cluster.local/ns/a/sa/b]}}]}]}", "" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {principals: ['spiffe://a/b']}}]}]}", "W HBK0133 spec.rules[0].from[0].source.principals[0]" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {serviceAccounts: [a/b, c]}}]}]}", "" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {serviceAccounts: [a], notNamespaces: [b]}}]}]}", "E HBK0127 spec.rules[0].from[0].source" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {notServiceAccounts: [a], principals: [b]}}]}]}", "E HBK0127 spec.rules[0].from[0].source" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {serviceAccounts: ['a*']}}]}]}", "E HBK0127 spec.rules[0].from[0].source.serviceAccounts[0]" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {serviceAccounts: [a/b/c, /a, a/]}}]}]}", "E HBK0127 spec.rules[0].from[0].source.serviceAccounts[0]; E HBK0127 spec.rules[0].from[0].source.serviceAccounts[1]; E HBK0127 spec.rules[0].from[0].source.serviceAccounts[2]" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {serviceAccounts: [a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q]}}]}]}", "E HBK0127 spec.rules[0].from[0].source" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {trustDomains: [a, 'b*']}}]}]}", "" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {trustDomains: [a/b]}}]}]}", "E HBK0109 spec.rules[0].from[0].source.trustDomains[0]" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {ipBlocks: [10.0.0.1, 10.1.2.3/8, '::1', '2001:db8::/32', '0.0.0.0/0']}}]}]}", "" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {ipBlocks: [10.0.0/8, 10.0.0.1/33, 010.0.0.1, a, 'fe80::1%eth0', 1.2.3.4/08]}}]}]}", "E HBK0105 spec.rules[0].from[0].source.ipBlocks[0]; E HBK0105 spec.rules[0].from[0].source.ipBlocks[1]; E HBK0105 spec.rules[0].from[0].source.ipBlocks[2]; E HBK0105 spec.rules[0].from[0].source.ipBlocks[3]; E HBK0105 spec.rules[0].from[0].source.ipBlocks[4]; E HBK0105 spec.rules[0].from[0].source.ipBlocks[5]" },
        { "AuthorizationPolicy", "{rules: [{from: [{source: {notRemoteIpBlocks: [x]}}]}]}", "E HBK0105 spec.rules[0].from[0].source.notRemoteIpBlocks[0]" },

        // 3.6, 3.10
        { "AuthorizationPolicy", "{rules: [{to: [{operation: {ports: ['1', '65535']}}]}]}", "" },
        { "AuthorizationPolicy", "{rules: [{to: [{operation: {ports: ['0', '65536', a, '-1', '080']}}]}]}", "E HBK0104 spec.rules[0].to[0].operation.ports[0]; E HBK0104 spec.rules[0].to[0].operation.ports[1]; E HBK0104 spec.rules[0].to[0].operation.ports[2]; E HBK0104 spec.rules[0].to[0].operation.ports[3]; E HBK0104 spec.rules[0].to[0].operation.ports[4]" },
        { "AuthorizationPolicy", "{rules: [{to: [{operation: {ports: [8080]}}]}]}", "E HBK0014 spec.rules[0].to[0].operation.ports[0]" },
        { "AuthorizationPolicy", "{rules: [{to: [{operation: {paths: ['/a/{*}/b', '/a/{**}', '/{**}/c', '/a*', '*']}}]}]}", "W HBK0142 spec.rules[0].to[0].operation.paths" },
        { "AuthorizationPolicy", "{action: DENY, rules: [{to: [{operation: {notPaths: ['/{**}/{*}']}}]}]}", "E HBK0128 spec.rules[0].to[0].operation.notPaths[0]; W HBK0142 spec.rules[0].to[0].operation.notPaths" },
        { "AuthorizationPolicy", "{rules: [{to: [{operation: {paths: ['/a{*}', '/{id}', '/{*}/*', '/{*}//b', '/{*', '/{*}/é']}}]}]}", "E HBK0128 spec.rules[0].to[0].operation.paths[0]; E HBK0128 spec.rules[0].to[0].operation.paths[1]; E HBK0128 spec.rules[0].to[0].operation.paths[2]; E HBK0128 spec.rules[0].to[0].operation.paths[3]; E HBK0128 spec.rules[0].to[0].operation.paths[4]; E HBK0128 spec.rules[0].to[0].operation.paths[5]; W HBK0142 spec.rules[0].to[0].operation.paths" },

        // 3.7
        { "AuthorizationPolicy", "{rules: [{when: [{key: source.ip, values: [10.0.0.0/8]}, {key: connection.sni, notValues: [a]}, {key: destination.port, values: ['80']}]}]}", "" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: 'request.headers[x-a]', values: ['']}]}]}", "W HBK0142 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: 'request.auth.claims[a][b]', values: [c]}]}]}", "W HBK0142 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: source.ip}]}]}", "E HBK0130 spec.rules[0].when[0]" },
        { "AuthorizationPolicy", "{rules: [{when: [{values: [a]}]}]}", "E HBK0016 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: source.port, values: [a]}]}]}", "E HBK0129 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: experimental.envoy.filters.network.x, values: [a]}]}]}", "E HBK0129 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: 'request.headers[]', values: [a]}, {key: request.headers, values: [a]}, {key: 'request.headers[a b]', values: [a]}]}]}", "E HBK0129 spec.rules[0].when[0].key; E HBK0129 spec.rules[0].when[1].key; E HBK0129 spec.rules[0].when[2].key; W HBK0142 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: 'request.auth.claims[]', values: [a]}, {key: 'request.auth.claims[a', values: [a]}]}]}", "E HBK0129 spec.rules[0].when[0].key; E HBK0129 spec.rules[0].when[1].key; W HBK0142 spec.rules[0].when[0].key" },
        { "AuthorizationPolicy", "{rules: [{when: [{key: destination.ip, values: [a]}, {key: destination.port, values: [http]}, {key: source.serviceAccount, values: ['*']}, {key: source.trustDomain, values: [a/b]}]}]}", "E HBK0105 spec.rules[0].when[0].values[0]; E HBK0104 spec.rules[0].when[1].values[0]; E HBK0127 spec.rules[0].when[2].values[0]; E HBK0109 spec.rules[0].when[3].values[0]" },

        // 3.12
        { "AuthorizationPolicy", "{action: CUSTOM, provider: {name: opa}, rules: [{from: [{source: {requestPrincipals: ['*']}}], when: [{key: request.auth.audiences, values: [a]}]}]}", "E HBK0132 spec.rules[0].from[0].source; E HBK0132 spec.rules[0].when[0].key; W HBK0141 spec.action; W HBK0142 spec.rules[0].from[0].source.requestPrincipals" },

        { "RequestAuthentication", "{}", "" },
        { "RequestAuthentication", "{jwtRules: [{issuer: a, jwksUri: 'https://a/b', fromHeaders: [{name: x, prefix: 'y '}], outputClaimToHeaders: [{header: h, claim: c}], forwardOriginalToken: true}]}", "W HBK0143 spec.jwtRules" },
        { "RequestAuthentication", "{jwtRules: [{issuer: '', jwksUri: 'ftp://a'}]}", "E HBK0151 spec.jwtRules[0].issuer; E HBK0151 spec.jwtRules[0].jwksUri; W HBK0143 spec.jwtRules" },
        { "RequestAuthentication", "{jwtRules: [{issuer: a, jwks: '{\"keys\":[]}'}]}", "W HBK0143 spec.jwtRules" },
        { "RequestAuthentication", "{jwtRules: [{issuer: a, jwks: '{}', jwksUri: 'https://a'}]}", "E HBK0151 spec.jwtRules[0].jwks; E HBK0151 spec.jwtRules[0].jwks; W HBK0143 spec.jwtRules" },
        { "RequestAuthentication", "{jwtRules: [{issuer: a, fromHeaders: [{name: 'x y'}], fromParams: [''], audiences: [''], outputPayloadToHeader: 'a:b', outputClaimToHeaders: [{header: '', claim: ''}]}]}", "E HBK0151 spec.jwtRules[0].audiences[0]; E HBK0151 spec.jwtRules[0].fromParams[0]; E HBK0151 spec.jwtRules[0].fromHeaders[0].name; E HBK0151 spec.jwtRules[0].outputPayloadToHeader; E HBK0151 spec.jwtRules[0].outputClaimToHeaders[0].header; E HBK0151 spec.jwtRules[0].outputClaimToHeaders[0].claim; W HBK0143 spec.jwtRules" },
        { "RequestAuthentication", "{jwtRules: [{issuer: a, audience: b}]}", "E HBK0018 spec.jwtRules[0].audience" },
        { "RequestAuthentication", "{jwtRules: [{issuer: a, timeout: 5s}]}", "W HBK0019 spec.jwtRules[0].timeout; W HBK0143 spec.jwtRules" },

        // 2.3, 2.4
        { "DestinationRule", "{host: a}", "" },
        { "DestinationRule", "{host: '*.a.b', exportTo: [., c], subsets: [{name: v1, labels: {v: '1'}}]}", "" },
        { "DestinationRule", "{}", "E HBK0016 spec.host" },
        { "DestinationRule", "{host: 'a b'}", "E HBK0106 spec.host" },
        { "DestinationRule", "{host: a.*.b}", "E HBK0106 spec.host" },
        { "DestinationRule", "{host: a, exportTo: [A_B]}", "E HBK0108 spec.exportTo[0]" },
        { "DestinationRule", "{host: a, exportTo: ['*', a]}", "E HBK0108 spec.exportTo" },
        { "DestinationRule", "{host: a, subsets: [{name: v1}, {name: v1}]}", "E HBK0107 spec.subsets[1].name" },
        { "DestinationRule", "{host: a, subset: []}", "W HBK0017 spec.subset" },
        { "DestinationRule", "{host: a, trafficPolicy: {tsl: {mode: ISTIO_MUTUAL}}}", "E HBK0018 spec.trafficPolicy.tsl" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {}}}", "E HBK0016 spec.trafficPolicy.tls.mode" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, caCertificates: /a}}}", "E HBK0161 spec.trafficPolicy.tls" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /a}}}", "E HBK0161 spec.trafficPolicy.tls" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: MUTUAL, clientCertificate: /a, privateKey: /b}}}", "" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: SIMPLE, credentialName: c}}}", "W HBK0163 spec.trafficPolicy.tls.credentialName" },
        { "DestinationRule", "{host: a, workloadSelector: {matchLabels: {a: b}}, trafficPolicy: {tls: {mode: SIMPLE, credentialName: c}}}", "" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: SIMPLE, credentialName: c, caCertificates: /a}}}", "E HBK0161 spec.trafficPolicy.tls.credentialName; W HBK0163 spec.trafficPolicy.tls.credentialName" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: SIMPLE, insecureSkipVerify: true}}}", "E HBK0162 spec.trafficPolicy.tls.insecureSkipVerify" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: SIMPLE, caCrl: x}}}", "E HBK0020 spec.trafficPolicy.tls.caCrl" },
        { "DestinationRule", "{host: a, trafficPolicy: {tls: {mode: ISTIO_MUTUAL, subjectAltNames: ['spiffe://a/b', 'spiffe://', 'a b']}}}", "E HBK0109 spec.trafficPolicy.tls.subjectAltNames[1]; E HBK0109 spec.trafficPolicy.tls.subjectAltNames[2]" },
        { "DestinationRule", "{host: a, trafficPolicy: {portLevelSettings: [{port: {number: 80}, tls: {mode: DISABLE}}, {port: {number: 70000}, tls: {mode: MUTUAL}}]}}", "E HBK0104 spec.trafficPolicy.portLevelSettings[1].port.number; E HBK0161 spec.trafficPolicy.portLevelSettings[1].tls" },
        { "DestinationRule", "{host: a, trafficPolicy: {portLevelSettings: [{port: {number: 80}}, {port: {number: 80}}]}}", "E HBK0107 spec.trafficPolicy.portLevelSettings[1].port.number" },
        { "DestinationRule", "{host: a, trafficPolicy: {loadBalancer: {simple: BEST}}}", "E HBK0110 spec.trafficPolicy.loadBalancer.simple" },

        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 443, name: tls, protocol: TLS}], location: MESH_EXTERNAL, resolution: DNS}", "W HBK0172 spec.resolution" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 80, name: http}], location: MESH_INTERNAL, resolution: STATIC, endpoints: [{address: 10.0.0.1, ports: {http: 8080}, serviceAccount: a}]}", "" },
        { "ServiceEntry", "{}", "E HBK0016 spec.hosts; E HBK0016 spec.ports" },
        { "ServiceEntry", "{hosts: ['*', a b], ports: [{number: 0, name: A_, protocol: X}]}", "E HBK0106 spec.hosts[0]; E HBK0106 spec.hosts[1]; E HBK0104 spec.ports[0].number; E HBK0101 spec.ports[0].name; E HBK0110 spec.ports[0].protocol" },
        { "ServiceEntry", "{hosts: [a.b, A.b], ports: [{number: 1, name: a}, {number: 1, name: a}]}", "E HBK0107 spec.hosts[1]; E HBK0107 spec.ports[1].name; E HBK0107 spec.ports[1].number" },
        { "ServiceEntry", "{hosts: [a.b], addresses: [10.0.0.0/40], ports: [{number: 1, name: a}], resolution: DNZ}", "E HBK0105 spec.addresses[0]; E HBK0110 spec.resolution" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 1, name: a}], endpoints: [{address: 10.0.0.1}]}", "E HBK0171 spec.endpoints" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 1, name: a}], resolution: STATIC, endpoints: [{address: b.c, ports: {x: 1}}]}", "E HBK0171 spec.endpoints[0].ports.x; E HBK0105 spec.endpoints[0].address" },
        { "ServiceEntry", "{hosts: ['*.b'], ports: [{number: 1, name: a}], resolution: DNS}", "E HBK0171 spec.hosts[0]; W HBK0172 spec.resolution" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 1, name: a}], resolution: STATIC, workloadSelector: {labels: {a: b}}, endpoints: [{address: 10.0.0.1}]}", "E HBK0171 spec.workloadSelector" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 1, name: a}], workloadSelector: {matchLabels: {a: b}}}", "E HBK0018 spec.workloadSelector.matchLabels" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 1, name: a}], resolution: DNS_ROUND_ROBIN, endpoints: [{address: a.b}, {address: c.d}]}", "E HBK0171 spec.endpoints; W HBK0172 spec.resolution" },
        { "ServiceEntry", "{hosts: [a.b], ports: [{number: 1, name: a}], location: HERE}", "E HBK0015 spec.location" },

        { "WorkloadEntry", "{address: 10.0.0.1, labels: {app: a}, ports: {http: 80}, serviceAccount: a}", "" },
        { "WorkloadEntry", "{}", "E HBK0105 spec.address" },
        { "WorkloadEntry", "{address: vm.example.com}", "E HBK0105 spec.address" },
        { "WorkloadEntry", "{address: 0.0.0.0}", "E HBK0105 spec.address" },
        { "WorkloadEntry", "{address: 224.0.0.1}", "E HBK0105 spec.address" },
        { "WorkloadEntry", "{address: '::1', ports: {HTTP: 0}, labels: {'a b': c}, weight: -1, serviceAccount: A}", "E HBK0101 spec.ports.HTTP; E HBK0104 spec.ports.HTTP; E HBK0102 spec.labels[a b]; E HBK0110 spec.weight; E HBK0101 spec.serviceAccount" },
        { "WorkloadGroup", "{metadata: {labels: {a: b}}, template: {serviceAccount: a, ports: {http: 80}}}", "" },
        { "WorkloadGroup", "{}", "E HBK0016 spec.template" },
        { "WorkloadGroup", "{template: {address: 10.0.0.1}, probe: {}}", "W HBK0019 spec.probe; E HBK0110 spec.template.address" },

        { "Service", "{selector: {app: a}, ports: [{port: 80, name: http, targetPort: 8080}, {port: 81, name: tcp, targetPort: web, appProtocol: kubernetes.io/h2c}], clusterIP: None}", "" },
        { "Service", "{ports: [{port: 80}], sessionAffinity: None, internalTrafficPolicy: Cluster, ipFamilies: [IPv4]}", "" },
        { "Service", "{ports: [{port: 80}], externalIPs: [1.2.3.4], loadBalancerSourceRanges: [1.0.0.0/8]}", "W HBK0019 spec.externalIPs" },
        { "Service", "{}", "E HBK0016 spec.ports" },
        { "Service", "{clusterIP: None}", "" },
        { "Service", "{type: ExternalName, externalName: a.b}", "" },
        { "Service", "{type: ExternalName}", "E HBK0106 spec.externalName" },
        { "Service", "{type: Magic, clusterIP: a, ports: [{port: 0, targetPort: '80', protocol: X}]}", "E HBK0110 spec.type; E HBK0105 spec.clusterIP; E HBK0104 spec.ports[0].port; E HBK0104 spec.ports[0].targetPort; E HBK0110 spec.ports[0].protocol" },
        { "Service", "{ports: [{port: 80}, {port: 80, name: a}, {port: 81, name: a}]}", "E HBK0101 spec.ports[0]; E HBK0107 spec.ports[1].port; E HBK0107 spec.ports[2].name" },
    };

    [Theory, MemberData(nameof(Specs))]
    public void A_spec_has_exactly_its_problems(string kind, string spec, string expected) =>
        AssertProblems(expected, Problems(kind, "{name: a, namespace: b}", spec));

    public static TheoryData<string, string, string> MeshConfigs => new()
    {
        { "default", "{}", "" },
        { "other", "{}", "E HBK0101 metadata.name" },
        { "default", "{trustDomain: a.b, trustDomainAliases: [c], rootNamespace: r, enableAutoMtls: false, pathNormalization: {normalization: MERGE_SLASHES}, meshMTLS: {minProtocolVersion: TLSV1_3}, protocolDetectionTimeout: 100ms, connectTimeout: 1m30s, defaultAuthorization: Deny, extensionProviders: [{name: a, envoyExtAuthzGrpc: {service: b, port: 1}}], caCertificates: [{spiffeBundleUrl: 'https://a', trustDomains: [d]}]}", "" },
        { "default", "{trustDomain: A, trustDomainAliases: ['*'], caCertificates: [{trustDomains: ['']}, {pem: x, spiffeBundleUrl: 'http://a'}]}", "E HBK0109 spec.trustDomain; E HBK0109 spec.trustDomainAliases[0]; E HBK0181 spec.caCertificates[0]; E HBK0109 spec.caCertificates[0].trustDomains[0]; E HBK0181 spec.caCertificates[1]; E HBK0181 spec.caCertificates[1].pem; E HBK0181 spec.caCertificates[1].spiffeBundleUrl" },
        { "default", "{defaultAuthorisation: Deny}", "E HBK0018 spec.defaultAuthorisation" },
        { "default", "{defaultAuthorization: DENY}", "E HBK0015 spec.defaultAuthorization" },
        { "default", "{outboundTrafficPolicy: {mode: ALLOW_ANY}}", "" },
        { "default", "{outboundTrafficPolicy: {mode: REGISTRY_ONLY}}", "E HBK0020 spec.outboundTrafficPolicy.mode" },
        { "default", "{defaultDestinationRuleExportTo: [.]}", "E HBK0020 spec.defaultDestinationRuleExportTo" },
        { "default", "{accessLogFile: /dev/stdout, defaultConfig: {}}", "W HBK0019 spec.accessLogFile" },
        { "default", "{connectTimeout: 0s, protocolDetectionTimeout: 0s, meshMTLS: {minProtocolVersion: TLSV1_1}, rootNamespace: A, dnsSuffix: _}", "E HBK0101 spec.rootNamespace; E HBK0101 spec.dnsSuffix; E HBK0110 spec.meshMTLS.minProtocolVersion; E HBK0181 spec.connectTimeout" },
        { "default", "{connectTimeout: ten}", "E HBK0014 spec.connectTimeout" },
        { "default", "{extensionProviders: [{name: a}, {name: a}]}", "E HBK0107 spec.extensionProviders[1].name" },
    };

    [Theory, MemberData(nameof(MeshConfigs))]
    public void A_mesh_config_has_exactly_its_problems(string name, string spec, string expected) =>
        AssertProblems(expected, Problems("MeshConfig", $"{{name: {name}}}", spec));

    [Theory]
    [InlineData("{name: A}", "E HBK0101 metadata.name")]
    [InlineData("{name: a.b-1}", "")]
    [InlineData("{name: a, namespace: a.b}", "E HBK0101 metadata.namespace")]
    [InlineData("{name: a, labels: {a/b: c, 'a b': '', c: '-'}}", "E HBK0102 metadata.labels[a b]; E HBK0102 metadata.labels.c")]
    [InlineData("{name: a, annotations: {Example.com/b: 'anything *'}}", "")]
    [InlineData("{name: a, annotations: {'*': b}}", "E HBK0102 metadata.annotations[*]")]
    [InlineData("{name: a, annotations: {istio.io/dry-run: 'T'}}", "")]
    [InlineData("{name: a, annotations: {istio.io/dry-run: 'yes'}}", "E HBK0131 metadata.annotations[istio.io/dry-run]")]
    [InlineData("{name: a, annotations: {istio.io/dry-run: true}}", "E HBK0014 metadata.annotations[istio.io/dry-run]")]
    [InlineData("{name: a, generation: 3, managedFields: [], colour: red}", "W HBK0017 metadata.colour")]
    public void Metadata_has_exactly_its_problems(string metadata, string expected) =>
        AssertProblems(expected, Problems("AuthorizationPolicy", metadata, "{}"));

    [Fact]
    public void A_dry_run_of_an_audit_policy_is_refused() =>
        Assert.Equal("E HBK0131 metadata.annotations[istio.io/dry-run]", Problems("AuthorizationPolicy", "{name: a, annotations: {istio.io/dry-run: 'true'}}", "{action: AUDIT}"));

    [Fact]
    public void Problems_stand_where_the_field_stands()
    {
        var resource = Assert.Single(ResourceReader.Read("""
            apiVersion: security.istio.io/v1
            kind: AuthorizationPolicy
            metadata:
              name: a
            spec:
              rules:
              - to:
                - operation:
                    ports:
                    - "80"
                    - "none"
            """, "p.yaml").Resources);

        Assert.Equal(new SourcePosition("p.yaml", 11, 11), Assert.Single(ResourceValidator.Validate(resource)).Position);
    }

    [Fact]
    public void Foreign_text_cannot_move_the_cursor_of_a_terminal()
    {
        var result = ResourceReader.Read("""{"apiVersion":"v1","kind":"\u001b[2J\n\u202e","metadata":{"name":"a"}}""", "f.json");

        Assert.Equal("\"?[2J??\" of \"v1\" is not a kind that is known here.", Assert.Single(result.Problems).Message);
    }

    // Which problems, not their order: that is the order of the document, and has a test of its own.
    private static void AssertProblems(string expected, string actual) =>
        Assert.Equal(expected.Split("; ").Order(StringComparer.Ordinal), actual.Split("; ").Order(StringComparer.Ordinal));

    private static string Problems(string kind, string metadata, string spec)
    {
        var known = ResourceKinds.Find(kind)!;
        var read = ResourceReader.Read($"apiVersion: {known.ApiVersion(known.Versions[0])}\nkind: {kind}\nmetadata: {metadata}\nspec: {spec}\n", "f.yaml");
        var problems = read.Problems.Concat(read.Resources.SelectMany(r => ResourceValidator.Validate(r))).ToList();
        Assert.All(problems, p => Assert.True(p.Message.EndsWith('.') && p.Position.Line > 0, p.ToString()));
        return string.Join("; ", problems.Select(p => $"{p.Severity.ToString()[0]} {p.Code} {p.FieldPath}"));
    }
}
