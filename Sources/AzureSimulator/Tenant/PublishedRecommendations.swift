/// Facts about the built-in recommendations that Microsoft publishes: nothing but keys, names and vocabulary.
///
/// One line each, the fields parted by `|`: assessment key, what it assesses (``AssessedKind``), severity as
/// published in March 2024 (H, M, L, or - where it is not known), category, operating system (W, L, -),
/// recommendation category, marks (p preview, r grouped and retired on 2026-07-31), policy definition,
/// the policy's name (= where it is the recommendation's own), the recommendation's name.
enum PublishedRecommendations {
  // swift-format-ignore
  static let text = #"""
    009678ce-adce-4c94-9cc8-cfc2bd0c6a06|subscription|-|IdentityAndAccess|-|Unknown|-|-|-|Guest accounts with write permissions on Azure resources should be removed
    00c6d40b-e990-6acf-d4f3-471e747a27c4|subscription|H|IdentityAndAccess|-|-|-|6b1cbf55-e8b6-442f-ba4c-7246b6381474|Deprecated accounts should be removed from your subscription|Deprecated accounts should be removed from subscriptions
    01b1ed4c-b733-4fee-b145-f23236e70cf3|vm|-|Compute|-|-|-|760a85ff-6162-42b3-8d70-698e268f648c|Vulnerabilities should be remediated by a Vulnerability Assessment solution|Vulnerability assessment solution should be installed on your virtual machines
    02e8ca50-0e7e-cc34-0b91-215af2904248|scaleset|L|Compute|W|-|-|-|-|Guest Attestation extension should be installed on supported Windows virtual machine scale sets
    0354476c-a12a-4fcc-a79d-f0ab7ffffdbb|subscription|H|IdentityAndAccess|-|-|r|94e1c2ac-cbbe-4cac-a2b5-389c812dee87|=|Guest accounts with write permissions on Azure resources should be removed
    0396b18c-41aa-489c-affd-4ee5d1714a59|vm|L|Compute|L|-|-|b1bb3592-47b8-4150-8db0-bfdcc2c8965b|=|Linux virtual machines should use Secure Boot
    03afeb6f-7634-adb3-0a01-803b0b9cb611|platform|H|Compute|-|-|-|b54ed75b-3e1a-44ac-a333-05ba39b99ff0|=|Service Fabric clusters should only use Azure Active Directory for client authentication
    04e7147b-0deb-9796-2e5c-0336343ceb3d|subscription|H|IdentityAndAccess|-|-|-|5c607a2e-c700-4744-8254-d77e7c9eb5e4|External accounts with write permissions should be removed from your subscription|External accounts with write permissions should be removed from subscriptions
    050ac097-3dda-4d24-ab6d-82568e7a50cf|subscription|H|IdentityAndAccess|-|-|r|0cfea604-3201-4e14-88fc-fae4c427a6c5|=|Blocked accounts with owner permissions on Azure resources should be removed
    0642d770-b189-42ef-a2ce-9dcc3ec6c169|kubernetes|H|Container|-|-|-|-|-|Azure Arc-enabled Kubernetes clusters should have the Azure Policy extension installed
    0677209d-e675-2c6f-e91a-54cef2878663|vm|H|Compute|-|-|-|e8cbc669-f12d-49eb-93e7-9273119e9933|Vulnerabilities in container security configurations should be remediated|Container hosts should be configured securely
    06ac6ef4-1e66-1334-5418-6e79ab444ce0|sql|L|Data|-|-|-|048248b0-55cd-46da-b1ff-39efd52db260|SQL managed instances should use customer-managed keys to encrypt data at rest|(Enable if required) SQL managed instances should use customer-managed keys to encrypt data at rest
    06e3a6db-6c0c-4ad9-943f-31d9d73ecf6c|vm|H|Compute|-|-|-|-|-|EDR solution should be installed on Virtual Machines
    0876ef51-fee7-449d-ba1e-f2662c7e43c6|subscription|H|AppServices|-|-|-|2913021d-f2fd-4f3d-b958-22354e2bdbcb|Azure Defender for App Service should be enabled|Microsoft Defender for App Service should be enabled
    08a3b009-0178-ee60-e357-e7ee5aea59c7|web|M|AppServices|-|-|-|88999f4c-376a-45c8-bcb3-4058f713cf39|Ensure that 'Java version' is the latest, if used as a part of the API app|Java should be updated to the latest version for API apps
    08e628db-e2ed-4793-bc91-d13e684401c3|kubernetes|H|Container|-|-|-|0a15ec92-a229-4763-bb14-0ea34a568f8d|Azure Policy Add-on for Kubernetes service (AKS) should be installed and enabled on your clusters|Azure Kubernetes Service clusters should have the Azure Policy add-on for Kubernetes installed
    093c685b-56dd-13a3-8ed5-887a001837a2|web|L|AppServices|-|-|-|0e60b895-3786-45da-8377-9c6b4b6ac5f9|Function apps should have remote debugging turned off|Remote debugging should be turned off for Function App
    0a03fa35-e381-4e2f-ace6-2b9913db3381|gcp|-|Compute|-|SoftwareUpdate|r|-|-|GCP compute instances should have vulnerability findings resolved
    0c02a769-03f1-c4d7-85a5-db5dca505c49|web|L|Data|-|-|-|055aa869-bc98-4af8-bafc-23f1ab6ffe2c|Azure Web Application Firewall should be enabled for Azure Front Door entry-points|Web Application Firewall (WAF) should be enabled for Azure Front Door Service service
    0cb5f317-a94b-6b80-7212-13a9cc8826af|vm|H|Compute|W|-|p|3dc5edcd-002d-444c-b216-e123bbfa37c0|Windows virtual machines should enable Azure Disk Encryption or EncryptionAtHost.|[Preview]: Windows virtual machines should enable Azure Disk Encryption or EncryptionAtHost
    1195afff-c881-495e-9bc5-1486211ae03f|vm|L|Compute|-|SoftwareUpdate|r|501541f7-f7e7-4cd6-868c-4190fdad3ac9|A vulnerability assessment solution should be enabled on your virtual machines|Machines should have vulnerability findings resolved
    11c95609-3553-430d-b788-fd41cde8b2db|kubernetes|M|Container|-|-|-|c26596ff-4d70-4e6a-9a30-c2506bd2f80c|Kubernetes cluster containers should only use allowed capabilities|Least privileged Linux capabilities should be enforced for containers
    12018f4f-3d10-999b-e4c4-86ec25be08a1|platform|H|Compute|-|-|-|1d84d5fb-01f6-4d12-ba4f-4a26081d403d|=|Virtual machines should be migrated to new Azure Resource Manager resources
    1234abcd-1b53-4fd4-9835-2c2fa3935313|vm|H|Compute|-|-|-|123a3936-f020-408a-ba0c-47873faf1534|=|Allowlist rules in your adaptive application control policy should be updated
    13e7d036-6903-821c-6018-962938929bf0|kubernetes|M|Container|-|-|-|e8eef0a8-67cf-4eb4-9386-14b0e78733d4|=|Container registries should use private link
    14257785-9437-97fa-11ae-898cfb24302b|vault|H|IdentityAndAccess|-|-|-|98728c90-32c7-4049-8429-847dc0f4fe37|=|Key Vault secrets should have an expiration date
    14acab4e-ad95-11ec-b909-0242ac120002|cosmos|M|IdentityAndAccess|-|-|-|-|-|Azure Cosmos DB accounts should use Azure Active Directory as the only authentication method
    151e82c5-5341-a74b-1eb0-bc38d2c84bb5|subscription|H|IdentityAndAccess|-|-|-|e3576e28-8b17-4677-84c3-db2990658d64|MFA should be enabled on accounts with read permissions on your subscription|MFA should be enabled on accounts with read permissions on subscriptions
    1597605a-0faf-5860-eb74-462ae2e9fc21|platform|L|Compute|-|-|-|83a214f7-d01a-484b-91a9-ed54470c9a6a|Resource logs in Event Hub should be enabled|Diagnostic logs in Event Hubs should be enabled
    15be5f3c-e0a4-c0fa-fbff-8e50339b4b22|web|H|AppServices|-|-|-|f9d614c5-c173-4d56-95a7-b4437057d193|Function apps should use the latest TLS version|TLS should be updated to the latest version for function apps
    17618b1a-ed14-49bb-b37f-9f8ba967be8b|vm|-|Compute|-|ExposedSecrets|r|3ac7c827-eea2-4bde-acc7-9568cd320efa|=|Machines should have secret findings resolved
    17b615fd-ce09-494b-a3fa-5937a137a571|gcp|-|Compute|-|ExposedSecrets|r|-|-|VM instances should have secrets findings resolved
    18aa4e75-776a-4296-97f0-fe1cf10d679c|devops|-|DevOps|-|CodeVulnerabilities|r|-|-|GitHub repositories should have code scanning findings resolved
    18bf29b3-a844-e170-2826-4e95d0ba4dc9|cognitive|L|Data|-|-|-|67121cc7-ff39-4ab8-b7e3-95b84dab487d|Azure AI Services resources should encrypt data at rest with a customer-managed key (CMK)|(Enable if required) Cognitive Services accounts should enable data encryption with a customer-managed key (CMK)
    19beaa2a-a126-b4dd-6d35-617f6cc83fca|web|H|AppServices|-|-|-|4d24b6d4-5e53-4a4f-a7f4-618fa573ee4b|App Service apps should require FTPS only|FTPS should be required in web apps
    19d45f8f-245c-852e-dbf9-d4aab4758b1f|sql|L|Data|-|-|-|18adea5e-f416-4d0f-8aa8-d24321e3e274|PostgreSQL servers should use customer-managed keys to encrypt data at rest|(Enable if required) PostgreSQL servers should use customer-managed keys to encrypt data at rest
    1a2b5b4c-f80d-46e7-ac81-b51a9fb363de|kubernetes|H|Container|-|-|-|0e246bcf-5f6f-4f87-bc6f-775d4712c7ea|Authorized IP ranges should be defined on Kubernetes Services|Kubernetes API server should be configured with restricted access
    1a36f14a-8bd8-45f5-abe5-eef88d76ab5b|iot|M|IoT|-|-|-|-|-|IoT Devices - Open Ports On Device
    1a600c61-6443-4ab4-bd28-7a6b6fb4691d|devops|H|Data|-|-|-|-|-|GitHub repositories should have Secret scanning enabled
    1a93e945-3675-aef6-075d-c661498e1046|sql|L|Data|-|-|-|0d134df8-db83-46fb-ad72-fe0c9428c8dd|SQL servers should use customer-managed keys to encrypt data at rest|(Enable if required) SQL servers should use customer-managed keys to encrypt data at rest
    1aabfa0d-7585-f9f5-1d92-ecb40291d9f2|vault|H|IdentityAndAccess|-|-|-|152b15f7-8e1f-4c1f-ab71-8c010ba5dbc0|=|Key Vault keys should have an expiration date
    1b351b29-41ca-6df5-946c-c190a56be5fe|web|M|AppServices|-|-|-|a4af4a39-4135-47fb-b175-47fbdf85311d|App Service apps should only be accessible over HTTPS|Web Application should only be accessible over HTTPS
    1bc53aae-c92e-406b-9693-d46caf3934fa|devops|-|DevOps|-|SoftwareUpdate|r|-|-|GitLab projects should have dependency vulnerability scanning findings resolved
    1be22853-8ed1-4005-9907-ddad64cb1417|subscription|H|Data|-|-|-|308fbb08-4ab8-4e67-9b29-592e93fb94fa|Microsoft Defender for Storage (Classic) should be enabled|Microsoft Defender for Storage should be enabled
    1c5de8e1-f68d-6a17-e0d2-ec259c42768c|storage|H|Networking|-|-|-|404c3081-a854-4457-ae30-26a93ef643f9|=|Secure transfer to storage accounts should be enabled
    1ce68079-b783-4404-b341-d2851d6f0fa2|subscription|M|Compute|-|-|-|-|-|Microsoft Defender for servers should be enabled on workspaces
    1db4f204-cb5a-4c9c-9254-7556403ce51c|sql|H|Data|-|-|-|ef2a8f2a-b3d9-49cd-a8a8-9a3aaaf647d9|Vulnerability assessment should be enabled on your SQL servers|SQL servers should have vulnerability assessment configured
    1f655fb7-63ca-4980-91a3-56dbc2b715c6|vm|L|Compute|L|HostMisconfigurations|r|fc9b3da7-8347-4380-8e70-0a0361d8dedd|Linux machines should meet requirements for the Azure compute security baseline|Vulnerabilities in security configuration on your Linux machines should be remediated (powered by Guest Configuration)
    1f6d29f6-4edb-ea39-042b-de8f123ddd39|sql|M|Data|-|-|-|e802a67a-daf5-4436-9ea6-f6d821dd0c5d|=|Enforce SSL connection should be enabled for MySQL database servers
    1fde2073-a488-17e9-9534-5a3b23379b4b|sql|M|Data|-|-|-|d158790f-bfb0-486c-8631-2dc6b4e8e6af|=|Enforce SSL connection should be enabled for PostgreSQL database servers
    1ff0b4c9-ed56-4de6-be9c-d7ab39645926|subscription|H|IdentityAndAccess|-|-|r|8d7e1fde-fe26-4b5f-8108-f8e432cbc2be|=|Blocked accounts with read and write permissions on Azure resources should be removed
    20606e75-05c4-48c0-9d97-add6daa2109a|subscription|H|IdentityAndAccess|-|-|r|339353f6-2387-4a45-abe4-7f529d121046|=|Guest accounts with owner permissions on Azure resources should be removed
    21300918-b2e3-0346-785f-c77ff57d243b|scaleset|H|Compute|-|-|-|26a828e1-e88f-464e-bbb3-c134a282b9de|Endpoint protection solution should be installed on virtual machine scale sets|Endpoint protection should be installed on virtual machine scale sets
    22441184-2f7b-d4a0-e00b-4c5eaef4afc9|vm|M|Compute|L|-|-|630c64f9-8b6b-4c64-b511-6544ceff6fd6|=|Authentication to Linux machines should require SSH keys
    22489c48-27d1-4e40-9420-4303ad9cffef|vm|M|Compute|W|-|-|bed48b13-6647-468e-aa2f-1af1d3f4dd40|Windows Defender Exploit Guard should be enabled on your machines|Windows Defender Exploit Guard should be enabled on machines
    22e93e92-4a31-b4cd-d640-3ef908430aa6|sql|M|Data|-|-|-|1b8ca024-1d5c-4dec-8995-b1a932b41780|=|Public network access on Azure SQL Database should be disabled
    231dee23-84db-44d2-bd9d-c32fbcfb42a3|aws|H|Compute|-|-|-|-|-|EC2 instances should be connected to Azure Arc
    23aa9cbe-c2fb-6a2f-6c97-885a6d48c4d1|subscription|M|AppServices|-|-|-|0da106f2-4ca3-48e8-bc85-c638fe6aea8f|Function apps should use managed identity|Managed identity should be used in function apps
    24a15fbd-cfe4-4dff-b2be-1c367a6b2031|kubernetes|-|Container|-|ServiceUpgrade|r|-|-|AKS nodes should have vulnerability findings resolved
    276b1952-c364-852b-11e5-657f0fa34dc6|cosmos|M|Data|-|-|-|862e97cf-49fc-4a5c-9de4-40d4e2e7c8eb|=|Azure Cosmos DB accounts should have firewall rules
    27ac71b1-75c5-41c2-adc2-858f5db45b08|arc|H|Compute|W|-|-|-|-|Log Analytics agent should be installed on Windows-based Azure Arc-enabled machines
    27d6f0e9-b4d5-468b-ae7e-03d5473fd864|kubernetes|M|Container|-|-|-|df49d893-a74c-421d-bc95-c663042e5b80|Kubernetes cluster containers should run with a read only root file system|Immutable (read-only) root filesystem should be enforced for containers
    2a54c352-7ca4-4bae-ad46-47ecd9595bd2|web|H|AppServices|-|-|-|f0e6e85b-9b9f-4a4b-b67b-f730d42f1b0b|App Service apps should use the latest TLS version|TLS should be updated to the latest version for web apps
    2acc27c6-5fdb-405e-9080-cb66b850c8f5|iot|M|IoT|-|-|-|-|-|IoT Devices - TLS cipher suite upgrade needed
    2acd365d-e8b5-4094-bce4-244b7c51d67c|subscription|-|IdentityAndAccess|-|-|-|6646a0bd-e110-40ca-bb97-84fcee63c414|=|Service principals should be used to protect your subscriptions instead of management certificates
    2c79b4af-f830-b61e-92b9-63dfa30f16e4|subscription|H|IdentityAndAccess|-|-|-|09024ccc-0c5f-475e-9457-b7c0d9ed487b|There should be more than one owner assigned to your subscription|There should be more than one owner assigned to subscriptions
    2ce368b5-7882-89fd-6645-885b071a2409|database|L|Data|-|-|-|0ec47710-77ff-4a3d-9181-6aa50af424d0|=|Geo-redundant backup should be enabled for Azure Database for MariaDB
    2e96bc2f-1972-e471-9e70-ae58d41e9d2a|vault|M|IdentityAndAccess|-|-|-|5f0bc445-3935-4915-9981-011aa2b46147|=|Private endpoint should be configured for Key Vault
    2ea72208-8558-4011-8dcd-d93375a4003d|devops|-|DevOps|-|SoftwareUpdate|r|-|-|Azure DevOps repositories should have dependency vulnerability scanning findings resolved
    2ebc815f-7bc7-4573-994d-e1cc46fb4a35|devops|M|Data|-|-|-|-|-|Code repositories should have infrastructure as code scanning findings resolved
    32060ac3-f17f-4848-db8e-e7cf2c9a53eb|kubernetes|H|Container|-|-|-|423dd1ba-798e-40e4-9c4d-b6902674b423|=|Kubernetes clusters should disable automounting API credentials
    32771b45-220c-1a8b-584e-fdd5a2584a66|platform|L|Compute|-|-|-|428256e6-1fac-4f48-a757-df34c2b3336d|Resource logs in Batch accounts should be enabled|Diagnostic logs in Batch accounts should be enabled
    3320d1ac-0ebe-41ab-b96c-96fb91214c5c|platform|M|Data|-|-|-|2158ddbe-fefa-408e-b43f-d4faef8ff3b8|Synapse Workspaces should use only Microsoft Entra identities for authentication during workspace creation|Azure Synapse Workspace authentication mode should be Azure Active Directory Only
    33422d8f-ab1e-42be-bc9a-38685bb567b9|kubernetes|-|Container|-|SoftwareUpdate|r|-|-|Container images in Azure registry should have vulnerability findings resolved
    334a182c-7c2c-41bc-ae1e-55327891ab50|cosmos|M|Data|-|-|-|797b37f7-06b8-444c-b1ad-fc62867f335a|=|Azure Cosmos DB should disable public network access
    35b25be2-d08a-e340-45ed-f08a95d804fc|redis|H|Data|-|-|-|22bee202-a82f-4305-9a2a-6d7f44d4dedb|Only secure connections to your Azure Cache for Redis should be enabled|Redis Cache should allow access only via SSL
    35f45c95-27cf-4e52-891f-8390d1de5828|vm|H|Compute|-|-|-|47a6b606-51aa-4496-8bb7-64b11cf66adc|=|Adaptive application controls for defining safe applications should be enabled on your machines
    37a3689a-818e-4a0e-82ac-b1392b9bb000|machine|-|Compute|-|-|-|8e42c1f2-a2ab-49bc-994a-12bcd0dc4ac2|=|Endpoint protection health issues should be resolved on your machines
    3869fbd7-5d90-84e4-37bd-d9a7f4ce9a24|subscription|L|Data|-|-|-|6e2593d9-add6-4083-9c9b-4b7d2188c899|=|Email notification for high severity alerts should be enabled
    3b20e985-f71f-483b-b078-f30d73936d43|vm|H|Networking|-|-|-|9daedab3-fb2d-461e-b861-71790eead4f6|=|All network ports should be restricted on network security groups associated to your virtual machine
    3b363842-30f5-4056-980d-3a40fa5de8b3|storage|M|Data|-|-|-|8c6a50c6-9ffd-4ae7-986f-5fa6111f9a54|=|Storage accounts should prevent shared key access
    3e33004b-f0b8-488d-85ed-61336c7ad4ca|gcp|L|Compute|-|-|-|-|-|Compute Engine VMs should use the Container-Optimized OS
    3ef9848c-c2c8-4ff3-8b9c-4c8eb8ddfce6|kubernetes|H|Container|-|-|-|-|-|Azure Arc-enabled Kubernetes clusters should have the Defender extension installed
    400a6682-992c-4726-9549-629fbc3b988f|subscription|H|Data|-|-|-|abfb4388-5bf4-4ad7-ba82-2cd2f41ceae9|Azure Defender for SQL should be enabled for unprotected Azure SQL servers|Microsoft Defender for SQL should be enabled for unprotected Azure SQL servers
    40394a2c-60fb-7cc5-1944-065772e94f05|web|M|AppServices|-|-|-|-|-|Diagnostic logs in App Service should be enabled
    405c9ae6-49f9-46c4-8873-a86690f27818|kubernetes|M|Container|-|-|-|e345eecc-fa47-480f-9e88-67dcc122b164|Kubernetes cluster containers CPU and memory resource limits should not exceed the specified limits|Container CPU and memory limits should be enforced
    41503391-efa5-47ee-9282-4eff6131462c|kubernetes|H|Container|-|-|-|0fc39691-5a3f-4e3e-94ee-2e6447309ad9|Azure running container images should have vulnerabilities resolved (powered by Qualys)|Azure running container images should have vulnerabilities resolved - (powered by Qualys)
    422107c6-5b9a-46a6-bb1d-26ef1cc52d65|subscription|-|IdentityAndAccess|-|Unknown|-|-|-|Guest accounts with read permissions on Azure resources should be removed
    43dc2a2e-ce69-4d42-923e-ab7d136f2cfe|kubernetes|M|Container|-|-|-|1c6e92c9-99f0-4e55-9cf2-0c234dc48f99|Kubernetes clusters should not allow container privilege escalation|Container with privilege escalation should be avoided
    45cfe080-ceb1-a91e-9743-71551ed24e94|scaleset|H|Compute|-|-|-|a3a6ea0c-e018-4933-9ef0-5aaa1501449b|Log Analytics agent should be installed on your virtual machine scale sets for Azure Security Center monitoring|Log Analytics agent should be installed on virtual machine scale sets
    45d313c3-3fca-5040-035f-d61928366d31|subscription|L|Networking|-|-|-|34c877ad-507e-4c82-993e-3452a6e0ad3c|Storage accounts should restrict network access|Access to storage accounts with firewall and virtual network configurations should be restricted
    47476790-2527-4bdb-b839-3b48ed18dccf|aws|M|Compute|-|-|-|-|-|DynamoDB tables should automatically scale capacity with demand
    47bb383c-8e25-95f0-c2aa-437add1d87d3|storage|L|Data|-|-|-|37e0d2fe-28a5-43d6-a273-67d37d1f5606|=|Storage accounts should be migrated to new Azure Resource Manager resources
    483f12ed-ae23-447e-a2de-a67a10db4353|vm|H|Networking|-|-|-|f6de0be7-9a8a-4b8a-b349-43cf02d22f7c|=|Internet-facing virtual machines should be protected with network security groups
    490d3be5-0abd-485c-bcd7-b8d6c6f443c8|aws|-|Compute|-|ExposedSecrets|r|-|-|EC2 instances should have secrets findings resolved
    4a3d7cd3-f17c-637a-1ffc-614a01dd03cf|subscription|M|AppServices|-|-|-|2b9ad585-36bc-4615-b300-fd4435808332|App Service apps should use managed identity|Managed identity should be used in web apps
    4ab6e3c5-74dd-8b35-9ab9-f61b30875b27|vm|H|Compute|-|-|-|86b3d65f-7626-441e-b690-81a8b71cff60|=|System updates should be installed on your machines
    4be5393d-cc33-4ef7-acae-80295bc3ae35|aws|M|Compute|-|-|-|-|-|EC2 instances should be managed by AWS Systems Manager
    4c768356-5ad2-e3cc-c799-252b27d3865a|platform|M|Data|-|-|-|af35e2a4-ef96-44e7-a9ae-853dd97032c4|=|Azure Spring Cloud should use network injection
    4e07c7d0-e06c-47d7-a4a9-8c7b748d1b27|devops|H|Data|-|-|-|-|-|Code repositories should have secret scanning findings resolved
    4e8c00a2-e8bc-42a8-9e12-99584a51ad10|api|L|Api|-|-|-|c8acafaf-3d23-44d1-9624-978ef0f8652c|=|API endpoints that are unused should be disabled and removed from the Azure API Management service
    4ed62ae4-5072-f9e7-8d94-51c76c48159a|vault|M|IdentityAndAccess|-|-|-|0b60c0b2-2dc2-4e1c-b5c9-abbed971de53|Key vaults should have deletion protection enabled|Key vaults should have purge protection enabled
    4fb67663-9ab9-475d-b026-8c544cced439|machine|-|Compute|-|-|-|1f7c564c-0a90-4d44-b7e1-9d456cffaee8|=|Endpoint protection should be installed on your machines
    506d18a1-d571-4341-aad5-a7d363c5bbd4|vm|-|Compute|-|-|-|-|-|Anti-Virus component in your EDR is off or partially configured
    51fd8bb1-0db4-bbf1-7e2b-cfcba7eb66a6|storage|M|IdentityAndAccess|-|-|-|4fa4b6c0-31ca-4c0d-b10d-24b96f62a751|=|Storage account public access should be disallowed
    52f7826a-ace7-3107-dd0d-4875853c1576|vault|M|IdentityAndAccess|-|-|-|55615ac9-af46-4a59-874e-391cc3dfb490|Azure Key Vault should have firewall enabled or public network access disabled|Firewall should be enabled on Key Vault
    54f53ddf-6ebd-461e-a247-394c542bc5d1|cognitive|M|Data|-|-|-|cddd188c-4b82-4c48-a19d-ddf74ee66a01|=|Cognitive Services should use private link
    56a6e81f-7413-4f72-9a1b-aaeeaa87c872|subscription|H|Compute|-|-|-|4da35fc9-c9e7-4960-aec9-797fe7d9051d|Azure Defender for servers should be enabled|Microsoft Defender for servers should be enabled
    56a83a6e-c417-42ec-b567-1e6fcb3d09a9|kubernetes|H|Container|-|-|-|-|-|Azure Kubernetes Service clusters should have Defender profile enabled
    57e98606-6b1e-6193-0e3d-fe621387c16b|subscription|H|IdentityAndAccess|-|-|-|9297c21d-2ed6-4474-b48f-163f75654ce3|MFA should be enabled for accounts with write permissions on your subscription|MFA should be enabled on accounts with write permissions on subscriptions
    58d72d9d-0310-4792-9a3b-6dd111093cdb|subscription|H|Data|-|-|-|7fe3b40f-802b-4cdd-8bd4-fd799c948cc2|Azure Defender for Azure SQL Database servers should be enabled|Microsoft Defender for Azure SQL Database servers should be enabled
    58e67d3d-8b17-4c1c-9bc4-550b10f0328a|aws|M|Compute|-|-|-|-|-|DynamoDB Accelerator (DAX) clusters should be encrypted at rest
    5a3d6cdd-8eb3-46d2-ba11-d24a0d47fe65|iot|M|IoT|-|-|-|-|-|Default IP Filter Policy should be Deny
    5a659d57-117d-bb18-65f6-54e51da1bb9b|web|H|AppServices|-|-|-|8cb6aa8b-9e41-4f4e-aa25-089a7ac2581e|Latest TLS version should be used in your API App|TLS should be updated to the latest version for API apps
    5d90913f-a1c5-4429-ad54-2c6c17fb3c73|kubernetes|M|Container|-|-|-|95edb821-ddaf-4404-9732-666045e056b4|Kubernetes cluster should not allow privileged containers|Privileged containers should be avoided
    5f65e47f-7a00-4bf3-acae-90ee441ee876|iot|M|IoT|-|-|-|-|-|IoT Devices - Operating system baseline validation failure
    620671b8-6661-273a-38ac-4574967750ec|sql|L|Data|-|-|-|89099bee-89e0-4b26-a5f4-165451757743|SQL servers with auditing to storage account destination should be configured with 90 days retention or higher|Audit retention for SQL servers should be set to at least 90 days
    6240402e-f77c-46fa-9060-a7ce53997754|subscription|H|IdentityAndAccess|-|-|-|e3e008c3-56b9-4133-8fd7-d3347377402a|=|Accounts with owner permissions on Azure resources should be MFA enabled
    64b8637e-4e1d-76a9-0fc9-c1e487a97ed8|web|L|AppServices|-|-|-|cb510bfd-1cba-4d9f-a230-cb0976f4bb71|App Service apps should have remote debugging turned off|Remote debugging should be turned off for Web Applications
    651967bf-044e-4bde-8376-3e08e0600105|sql|L|Data|-|-|-|17k78e20-9358-41c9-923c-fb736d382a12|=|Transparent Data Encryption on SQL databases should be enabled
    6588c4d4-fbbb-4fb8-be45-7c2de7dc1b3b|devops|-|DevOps|-|IacVulnerabilities|r|-|-|Azure DevOps repositories should have infrastructure as code scanning findings resolved
    6672df26-ff2e-4282-83c3-e2f20571bd11|devops|M|Data|-|-|-|-|-|GitHub repositories should have Code scanning enabled
    67a90ae0-b3d1-44f0-9dcf-a03234ebeb65|aws|L|Compute|-|-|-|-|-|Instances managed by Systems Manager should have an association compliance status of COMPLIANT
    67fc622b-4ce6-8c52-08ae-9f830036b757|web|H|AppServices|-|-|-|9a1b8c48-453a-4044-86c3-d8bfd823e4f5|FTPS only should be required in your API App|FTPS should be required in API apps
    682b2595-d045-4cff-b5aa-46624eb2dd8f|aws|-|Container|-|SoftwareUpdate|r|-|-|AWS running container images should have vulnerability findings resolved
    684a5b6d-a270-61ce-306e-5cea400dc3a7|cognitive|M|Data|-|-|-|0725b4dd-7e76-479c-a735-68e7ee23d5ca|Cognitive Services accounts should disable public network access|Public network access should be disabled for Cognitive Services accounts
    68e595c1-a031-4354-b37c-4bdf679732f1|gcp|H|Compute|-|-|-|-|-|EDR solution should be installed on GCP Virtual Machines
    69133b6b-695a-43eb-a763-221e19556755|vm|M|Compute|-|-|-|d26f7642-7545-4e18-9b75-8c9bbdee3a9a|=|Virtual machines' Guest Configuration extension should be deployed with system-assigned managed identity
    692343df-7e70-b082-7b0e-67f97146cea3|ml|M|Data|-|-|-|40cec1dd-a100-4920-b15b-3024fe8901ab|=|Azure Machine Learning workspaces should use private link
    695abd03-82bd-4d7f-a94c-140e8a17666c|aws|H|Compute|-|-|r|-|-|EDR configuration issues should be resolved on EC2s
    69ad830b-d98c-b1cf-2158-9d69d38c7093|vm|L|Compute|W|-|-|-|-|Secure Boot should be enabled on supported Windows virtual machines
    6ac66a74-761f-4a59-928a-d373eea3f028|subscription|H|Data|-|-|-|6581d072-105e-4418-827f-bd446d56421b|Azure Defender for SQL servers on machines should be enabled|Microsoft Defender for SQL servers on machines should be enabled
    6b51b7f7-cbed-75bf-8a02-43384bf47562|sql|L|Data|-|-|-|83cef61d-dbd1-4b20-a4fc-5fbc7da10833|MySQL servers should use customer-managed keys to encrypt data at rest|(Enable if required) MySQL servers should use customer-managed keys to encrypt data at rest
    6b86d069-b3c3-b4d7-47c7-e73ddf786a63|web|M|AppServices|-|-|-|1bc1795e-d44a-4d48-9b3b-6fff0fd5f9ba|Ensure that 'PHP version' is the latest, if used as a part of the API app|PHP should be updated to the latest version for API apps
    6c99f570-2ce7-46bc-8175-cde013df43bc|vm|M|Compute|-|-|-|ae89ebca-1c92-4898-ac2c-9f63decb045c|Guest Configuration extension should be installed on your machines|Guest Configuration extension should be installed on machines
    6f90a6d6-d4d6-0794-0ec1-98fa77878c2e|subscription|H|IdentityAndAccess|-|-|-|4f11b553-d42e-4e3a-89be-32ca364cad4c|A maximum of 3 owners should be designated for your subscription|A maximum of 3 owners should be designated for subscriptions
    71992a2a-d168-42e0-b10e-6b45fa2ecddb|vm|-|Compute|-|-|-|760a85ff-6162-42b3-8d70-698e268f648c|=|Vulnerabilities should be remediated by a Vulnerability Assessment solution
    720a3e77-0b9a-4fa9-98b6-ddf0fd7e32c1|arc|H|Compute|L|-|-|-|-|Log Analytics agent should be installed on Linux-based Azure Arc-enabled machines
    74e7dcff-317f-9635-41d2-ead5019acc99|network|M|Data|-|-|-|ef619a2c-cc4d-4d03-b2ba-8c94a834d85b|=|API Management services should use a virtual network
    75396512-3323-9be4-059d-32ecb113c3de|sql|M|Data|-|-|-|7698e800-9299-47a6-b3b6-5a0fee576eed|=|Private endpoint connections on Azure SQL Database should be enabled
    77758c9d-8a56-5f54-6ff7-69a762ca6004|subscription|L|Data|-|-|-|4f4f78b8-e367-4b10-a341-d9a4ad5cf1c7|=|Subscriptions should have a contact email address for security issues
    77785808-ce86-4e40-b45f-19110a547397|iot|L|IoT|-|-|-|383856f8-de7f-44a2-81fc-e5135b5c2aa4|Resource logs in IoT Hub should be enabled|Diagnostic logs in IoT Hub should be enabled
    77a4a140-e051-481a-84cc-d4bf2109bd65|aws|-|Compute|-|SoftwareUpdate|r|-|-|EC2 instances should have vulnerability findings resolved
    77d09952-2bc2-4495-8795-cc8391452f85|aws|H|Compute|-|-|-|-|-|EDR solution should be installed on EC2s
    78211c00-15a9-336e-17c4-0b48613dadf4|vault|H|IdentityAndAccess|-|-|-|1e66c121-a66a-4b1f-9b83-0fd99bf0fc2d|=|Key vaults should have soft delete enabled
    7ad00833-a0f0-47b9-b377-5665bd5d9074|devops|-|DevOps|-|ApiVulnerabilities|r|-|-|GitHub repositories should have API security testing findings resolved
    7af29efb-41cc-47b6-81b8-800a0888f9a2|subscription|M|IdentityAndAccess|-|-|p|-|-|Unused identities in your Azure environment should be removed (Preview)
    7b123b34-1f78-4902-abb6-3b813abe9866|devops|-|DevOps|-|CodeVulnerabilities|r|-|-|Azure DevOps security posture management findings should be resolved
    7b3d4796-9400-2904-692b-4a5ede7f0a1e|web|L|AppServices|-|-|-|0820b7b9-23aa-4725-a1ce-ae4558f718e5|Function apps should not have CORS configured to allow every resource to access your apps|CORS should not allow every resource to access Function Apps
    7f04fc0c-4a3d-5c7e-ce19-666cb871b510|platform|H|Compute|-|-|-|617c02be-7f02-4efd-8836-3180d47b6c68|=|Service Fabric clusters should have the ClusterProtectionLevel property set to EncryptAndSign
    802c0637-5a8c-4c98-abd7-7c96d89d6010|kubernetes|M|Container|-|-|-|47a1ee2f-2a2a-4576-bf2a-e0e36709c2b8|Kubernetes cluster containers should not share host namespaces|Containers sharing sensitive host namespaces should be avoided
    805651bc-6ecd-4c73-9b55-97a19d0582d0|vm|H|Compute|-|-|-|b0f33259-77d7-4c9e-aac6-3aabcfae693c|=|Management ports of virtual machines should be protected with just-in-time network access control
    80dc29d6-9887-4071-a66c-e763376c2de3|cosmos|M|Data|-|-|-|58440f8a-10c5-4151-bdce-dfbaad4a20b7|CosmosDB accounts should use private link|Cosmos DB accounts should use private link
    814df446-7128-eff0-9177-fa52ac035b74|cosmos|L|Data|-|-|-|1f905d99-2ab7-462c-a6b0-f709acca6c8f|Azure Cosmos DB accounts should use customer-managed keys to encrypt data at rest|(Enable if required) Azure Cosmos DB accounts should use customer-managed keys to encrypt data at rest
    822425e3-827f-4f35-bc33-33749257f851|devops|M|Data|-|-|-|-|-|Code repositories should have Dependabot scanning findings resolved
    82e20e14-edc5-4373-bfc4-f13121257c37|sql|H|Data|-|-|r|feedbf84-6b99-488c-acc2-71c829aa5ffc|=|SQL databases should have vulnerability findings resolved
    8318c3a1-fcac-2e1d-9582-50912e5578e5|web|M|Data|-|-|-|ca610c1d-041c-4332-9d88-7ed3094967c7|=|App Configuration should use private link
    83f577bd-a1b6-b7e1-0891-12ca19d1e6df|vm|H|Compute|-|-|-|af6cd1bd-1635-48cb-bde7-5b15693900b9|Monitor missing Endpoint Protection in Azure Security Center|Install endpoint protection solution on virtual machines
    861bbc73-0a55-8d1d-efc6-e92d9e1176e0|vm|L|Compute|-|-|-|-|-|vTPM should be enabled on supported virtual machines
    867001c3-2d01-4db7-b513-5cb97638f23d|devops|-|DevOps|-|ExposedSecrets|r|-|-|GitLab projects should have secrets scanning findings resolved
    86f91051-9d6a-47c3-a07f-bd14cb214b45|kubernetes|H|Container|-|-|-|511f5417-5d12-434d-ab2e-816901e72a5e|Kubernetes cluster containers should only use allowed AppArmor profiles|Containers should only use allowed AppArmor profiles
    87448ec1-55f6-3746-3f79-0f35beee76b4|vm|H|Compute|W|-|-|5752e6d6-1206-46d8-8ab1-ecc2f71a8112|Windows machines should be configured to use secure communication protocols|Windows web servers should be configured to use secure communication protocols
    874b14bd-b49e-495a-88c6-46acb89b0a33|vm|L|Compute|W|-|-|-|-|Guest Attestation extension should be installed on supported Windows virtual machines
    88bbc99c-e5af-ddd7-6105-6150b2bfa519|vault|L|IdentityAndAccess|-|-|-|cf820ca0-f99e-4f3e-84fb-66e913812d21|Resource logs in Key Vault should be enabled|Diagnostic logs in Key Vault should be enabled
    8941d121-f740-35f6-952c-6561d2b38d36|scaleset|H|Compute|-|-|-|3c735d8a-a4ba-4a3a-b7cf-db7754cf57f4|Vulnerabilities in security configuration on your virtual machine scale sets should be remediated|Virtual machine scale sets should be configured securely
    8ad68a2f-c6b1-97b5-41b5-174359a33688|sql|L|Data|-|-|-|82339799-d096-41ae-8538-b108becf0970|=|Geo-redundant backup should be enabled for Azure Database for MySQL
    8af8a87b-7aa6-4c83-b22b-36801896177b|sql|M|Data|-|-|-|146412e9-005c-472b-9e48-c87b72ac229e|A Microsoft Entra administrator should be provisioned for MySQL servers|Azure Database for MySQL should have an Azure Active Directory administrator provisioned
    8bc390da-9eb6-938d-25ed-44a35d9bcc9d|platform|-|Compute|-|-|-|5a913c68-0590-402c-a531-e57e19379da3|=|Operating system version should be the most current version for your cloud service roles
    8c3d9ad0-3639-4686-9cd2-2b2ab2609bda|vm|L|Compute|W|HostMisconfigurations|r|-|-|Vulnerabilities in security configuration on your Windows machines should be remediated (powered by Guest Configuration)
    8d244d29-fa00-4332-b935-c3a51d525417|kubernetes|H|Container|-|-|-|febd0533-8e55-448f-b837-bd0e06f16469|Kubernetes cluster containers should only use allowed images|Container images should be deployed from trusted registries only
    8e2b96ff-3de2-289b-b5c1-3b9921a3441e|vm|-|Compute|-|-|-|d62cfe2b-3ab0-4d41-980d-76803b58ca65|=|Log Analytics agent health issues should be resolved on your machines
    8e9a37b9-2828-4c8f-a24e-7b0ab0e89c78|sql|M|Data|-|-|-|32e6bbec-16b6-44c2-be37-c5b672d103cf|=|Azure SQL Database should be running TLS version 1.2 or newer
    91387f44-7e43-4ecc-55f0-46f5adee3dd5|web|L|Compute|-|-|-|34f95f76-5386-4de7-b824-0d8478470c9d|Resource logs in Logic Apps should be enabled|Diagnostic logs in Logic Apps should be enabled
    9172da4e-9571-6e33-2b5b-d742847f3be7|web|L|AppServices|-|-|-|e9c8d085-d9cc-4b17-9cdc-059f1f01f19e|Remote debugging should be turned off for API Apps|Remote debugging should be turned off for API App
    91af2040-7874-4659-abf0-578e1f8d07dc|api|H|Api|-|-|-|8ac833bd-f505-48d5-887e-c993a1d3eea0|=|API endpoints in Azure API Management should be authenticated
    92643c1f-1a95-4b68-bbd2-5117f92d6e35|devops|M|Data|-|-|-|-|-|GitHub repositories should have Dependabot scanning enabled
    94208a8b-16e8-4e5b-abbd-4e81c9d02bee|sql|L|Data|-|-|-|a6fb4358-5bf4-4ad7-ba82-2cd2f41ce5e9|=|Auditing on SQL server should be enabled
    94290b00-4d0c-d7b4-7cea-064a9554e681|subscription|H|IdentityAndAccess|-|-|-|aa633080-8b72-40c4-a2d7-d00c03e80bed|MFA should be enabled on accounts with owner permissions on your subscription|MFA should be enabled on accounts with owner permissions on subscriptions
    945f7b1c-8def-4ab3-a44d-1416060104b3|devops|-|DevOps|-|SoftwareUpdate|r|-|-|GitHub repositories should have dependency vulnerability scanning findings resolved
    95592ab0-ddc8-660d-67f3-6df1fadfe7ec|sql|L|Data|-|-|-|48af4db5-9b8b-401c-8e74-076be876a430|=|Geo-redundant backup should be enabled for Azure Database for PostgreSQL
    961eb649-3ea9-f8c2-6595-88e9a3aeedeb|scaleset|H|Compute|-|-|-|7c1b1214-f927-48bf-8882-84f0af6588b1|Resource logs in Virtual Machine Scale Sets should be enabled|Diagnostic logs in Virtual Machine Scale Sets should be enabled
    9694d4ef-f21a-40b7-b535-618ac5c5d21e|aws|H|Compute|-|-|-|-|-|CodeBuild GitHub or Bitbucket source repository URLs should use OAuth
    972a6579-f38f-c0b9-1b4b-a5bbeba3ab5b|web|H|AppServices|-|-|-|399b2637-a50f-4f95-96f8-3a145476eb15|Function apps should require FTPS only|FTPS should be required in function apps
    99232bb2-9b21-4bbb-8e3c-763673b9923d|devops|-|DevOps|-|CodeVulnerabilities|r|-|-|Azure DevOps repositories should have code scanning findings resolved
    9b26b102-ccde-4697-aa30-f0621f865f99|aws|H|Compute|-|-|-|-|-|Management ports of EC2 instances should be protected with just-in-time network access control
    9b4f4dd4-24fc-42ba-9978-2a1cf575d36d|subscription|-|IdentityAndAccess|-|Unknown|-|-|-|Disabled accounts with read and write permissions on Azure resources should be removed
    9b795646-9130-41a4-90b7-df9eae2437c8|kubernetes|H|Container|-|-|-|f06ddb64-5fa3-4b77-b166-acb36f7f6042|Kubernetes cluster pods and containers should only run with approved user and group IDs|Running containers as root user should be avoided
    9b7d740f-c271-4bfd-88fb-515680c33440|vm|H|Compute|-|-|-|-|-|File integrity monitoring should be enabled on machines
    9b828565-a0ed-61c2-6bf3-1afc99a9b2ca|kubernetes|M|Container|-|-|-|d0793b48-0edc-4296-a390-4c75d1bdfd71|=|Container registries should not allow unrestricted network access
    9d07b7e6-2986-4964-a76c-b2689604e212|iot|H|IoT|-|-|-|-|-|Identical Authentication Credentials
    9f97e78d-88ee-a48d-abe2-5ef12954e7ea|subscription|M|Data|-|-|-|0b15565f-aa9e-48ba-8619-45960f2c314d|=|Email notification to subscription owner for high severity alerts should be enabled
    a2624c52-2937-400c-af9d-3bf2d97382bf|sql|M|Data|-|-|-|9dfea752-dd46-4766-aed1-c355fa93fb91|=|Azure SQL Managed Instances should disable public network access
    a40cc620-e72c-fdf4-c554-c6ca2cd705c0|vm|H|Compute|L|-|p|ca88aadc-6e2b-416c-9de2-5a0f01d1693f|Linux virtual machines should enable Azure Disk Encryption or EncryptionAtHost.|[Preview]: Linux virtual machines should enable Azure Disk Encryption or EncryptionAtHost
    a4899b81-b689-4e0d-aa29-45983ab8b7fc|subscription|-|IdentityAndAccess|-|Unknown|-|-|-|Disabled accounts with owner permissions on Azure resources should be removed
    a88b4b72-b461-4b5e-b024-91da1cbe500f|aws|H|Compute|-|-|-|-|-|CodeBuild project environment variables should not contain credentials
    a8c6a4ad-d51e-88fe-2979-d3ee3c864f8b|subscription|H|IdentityAndAccess|-|-|-|5f76cf89-fbf2-47fd-a3f4-b891fa780b60|External accounts with read permissions should be removed from your subscription|External accounts with read permissions should be removed from subscriptions
    a9341235-9389-42f0-a0bf-9bfb57960d44|vm|L|Networking|-|-|-|bb91dfba-c30d-4263-9add-9c2384e659a6|=|Non-internet-facing virtual machines should be protected with network security groups
    a9a53f4f-26b6-3d68-33f3-2ec1f2452b5d|scaleset|L|Compute|L|-|-|-|-|Guest Attestation extension should be installed on supported Linux virtual machine scale sets
    a9a59ebb-5d6f-42f5-92a1-036fd0fd1879|iot|L|IoT|-|-|-|-|-|IoT Devices - Agent sending underutilized messages
    aa395469-1687-78a7-bf76-f4614ef72977|cognitive|L|Data|-|-|-|11566b39-f7f7-4b82-ab06-68d8700eb0a4|Cognitive Services accounts should use customer owned storage or enable data encryption.|Cognitive Services accounts should use customer owned storage or enable data encryption
    aae10e53-8403-3576-5d97-3b00f97332b2|subscription|H|Data|-|-|-|-|-|Microsoft Defender for DNS should be enabled
    aafa7d27-01ae-40c6-a56c-1d0ef04b1d71|vm|-|Compute|-|-|-|-|-|Anti-Virus component of your EDR uses outdated signatures
    ab153e43-2fb5-0670-2117-70340851ea9b|database|M|Data|-|-|-|fdccbe47-f3e3-4213-ad5d-ea459b2fa077|=|Public network access should be disabled for MariaDB servers
    aba14f78-27c5-af84-848e-9105d18dfd92|kubernetes|H|Container|-|-|-|-|-|Kubernetes clusters should not grant CAPSYSADMIN security capabilities
    ad4f3ff1-30eb-5042-16ed-27198f640b8d|storage|M|Data|-|-|-|2a1a9cdf-e04d-429a-8416-3bfb72a1b26f|=|Storage accounts should restrict network access using virtual network rules
    ad50b498-f90c-451f-886f-d0a169cc5002|vm|L|Compute|L|-|-|13a6c84f-49a5-410a-b5df-5b880c3fe009|=|Linux virtual machines should use only signed and trusted boot components
    ad5bbaeb-7632-5edf-f1c2-752075831ce8|platform|L|Data|-|-|-|057ef27e-665e-4328-8ea3-04b3122bd9fb|Resource logs in Azure Data Lake Store should be enabled|Diagnostic logs in Azure Data Lake Store should be enabled
    add45209-73f6-4fa5-a5a5-74a451b07fbe|kubernetes|M|Container|-|-|-|233a2a17-77ca-4fb1-9b6b-69223d272a44|Kubernetes cluster services should listen only on allowed ports|Services should listen on allowed ports only
    af560c4d-9c05-e073-b9f1-f7a94958ff25|kubernetes|L|Container|-|-|-|5b9159ae-1701-4a6f-9a7a-aa9c8ddd0580|Container registries should be encrypted with a customer-managed key|(Enable if required) Container registries should be encrypted with a customer-managed key (CMK)
    af849052-4299-0692-acc0-bffcbe9e440c|subscription|L|Data|-|-|-|475aae12-b88a-4572-8b36-9b712b2b3a17|Auto provisioning of the Log Analytics agent should be enabled on your subscription|Auto provisioning of the Log Analytics agent should be enabled on subscriptions
    afd071f0-ebaa-422b-bb2f-8a772a31db75|web|H|Data|-|-|-|-|-|Function apps should have vulnerability findings resolved
    b0df6f56-862d-4730-8597-38c0fd4ebd59|sql|-|Data|-|-|-|cc9835f2-9f6b-4cc8-ab4a-f8ef615eb349|=|Sensitive data in your SQL databases should be classified
    b0fdc63a-38e7-4bab-a7c4-2c2665abbaa9|kubernetes|H|Container|-|-|-|ac4a19c2-fa67-49b4-8ae5-0b2e78c49457|Role-Based Access Control (RBAC) should be used on Kubernetes Services|Role-Based Access Control should be used on Kubernetes Services
    b12bc79e-4f12-44db-acda-571820191ddc|platform|H|Compute|-|-|-|3657f5a0-770e-44a3-b44e-9431ba1e9735|=|Automation account variables should be encrypted
    b1af52e4-e968-4e2b-b6d0-6736c9651f0a|subscription|H|IdentityAndAccess|-|-|-|0e6763cc-5078-4e64-889d-ff4d9a839047|Azure Defender for Key Vault should be enabled|Microsoft Defender for Key Vault should be enabled
    b20d1b00-11a8-4ce7-b477-4ea6e147c345|sql|M|Data|-|-|-|b4dec045-250a-48c2-b5cc-e0c4eec8b5b4|A Microsoft Entra administrator should be provisioned for PostgreSQL servers|Azure Database for PostgreSQL should have an Azure Active Directory administrator provisioned
    b34f9fe7-80cd-6fb3-2c5b-951993746ca8|sql|M|Data|-|-|-|b52376f7-9612-48a1-81cd-1ffe4b61032c|=|Public network access should be disabled for PostgreSQL servers
    b5ef903f-8655-473b-9784-4f749eeb25c6|devops|-|DevOps|-|ExposedSecrets|r|-|-|Azure DevOps repositories should have secrets scanning findings resolved
    b6a28450-dd5d-4ba4-8806-245e20ef6632|subscription|H|Data|-|-|-|-|-|Microsoft Defender for open-source relational databases should be enabled
    b6f84d18-0137-3176-6aa1-f4d9ac95155c|platform|M|Data|-|-|-|53503636-bcc9-4748-9663-5348217f160f|=|Azure SignalR Service should use private link
    b7604066-ed76-45f9-a5c1-c97e4812dc55|vm|M|Compute|-|-|-|f6358610-e532-4236-b178-4c65865eb262|=|Virtual machines guest attestation status should be healthy
    ba975338-f956-41e7-a9f2-7614832d382d|iot|M|IoT|-|-|-|-|-|IoT Devices - Permissive firewall rule in the input chain was found
    bb318338-de6a-42ff-8428-8274c897d564|kubernetes|L|Container|-|-|-|-|-|Diagnostic logs in Kubernetes services should be enabled
    bbd14f11-6228-4588-82a4-517b8d77b23f|ml|L|Data|-|-|-|ba769a63-b8cc-4b2d-abf6-ac33c7204be8|Azure Machine Learning workspaces should be encrypted with a customer-managed key|(Enable if required) Azure Machine Learning workspaces should be encrypted with a customer-managed key (CMK)
    bbff27d2-73db-4c2d-8b1a-5f20b1f1da7e|vm|H|Networking|-|-|-|af99038c-02fd-4a2f-ac24-386b62bf32de|=|Machines should have ports closed that might expose attack vectors
    bc303248-3d14-44c2-96a0-55f5c326b5fe|vm|M|Networking|-|-|-|22730e10-96f6-4aac-ad84-9383d35b5917|=|Management ports should be closed on your virtual machines
    bd20bd91-aaf1-7f14-b6e4-866de2f43146|scaleset|H|Compute|-|-|-|c3f317a7-a95c-4547-b7e7-11017ebdf2fe|=|System updates on virtual machine scale sets should be installed
    bdac9c7b-b9b8-f572-0450-f161c430861c|platform|M|Data|-|-|-|4b90e17e-8448-49db-875e-bd83fb6f804f|=|Azure Event Grid topics should use private link
    be264018-593c-1162-bd5e-b74a39396652|redis|M|Data|-|-|-|7d092e0a-7acd-40d2-a975-dca21cae48c4|=|Azure Cache for Redis should reside within a virtual network
    beb62be3-5e78-49bd-ac5f-099250ef3c7c|iot|M|IoT|-|-|-|-|-|IoT Devices - Permissive firewall policy in one of the chains was found
    bef092f5-bea7-3df3-1ee8-4376dd9c111e|platform|M|Data|-|-|-|9830b652-8523-49cc-b1b3-e17dce1127ca|=|Azure Event Grid domains should use private link
    bf82a334-13b6-ca57-ea75-096fc2ffce50|web|M|AppServices|-|-|-|b7ddfbdc-1260-477d-91fd-98bd9be789a6|=|API App should only be accessible over HTTPS
    c0b7cfc6-3172-465a-b378-53c7ff2cc0d5|registry|H|Container|-|SoftwareUpdate|r|090c7b07-b4ed-4561-ad20-e9075f3ccaff|=|Azure registry container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)
    c0cb17b2-0607-48a7-b0e0-903ed22de39b|subscription|H|IdentityAndAccess|-|-|-|931e118d-50a1-4457-a5e4-78550e086c52|=|Accounts with write permissions on Azure resources should be MFA enabled
    c2ab4bea-c663-3259-a4cd-03a8feb02825|web|M|AppServices|-|-|-|eaebaea7-8013-4ceb-9d14-7eb32271373c|Function apps should have 'Client Certificates (Incoming client certificates)' enabled|Function apps should have Client Certificates (Incoming client certificates) enabled
    c2c90d64-38e2-e984-1457-7f4a98168c72|web|M|AppServices|-|-|-|74c3584d-afae-46f7-a20a-6f8adba71a16|API apps that use Python should use the latest 'Python version'|Python should be updated to the latest version for API apps
    c3b51c94-588b-426b-a892-24696f9e54cc|vm|M|Networking|-|-|-|bd352bd5-2853-4985-bf0d-73806b4a5744|IP Forwarding on your virtual machine should be disabled|IP forwarding on your virtual machine should be disabled
    c3b6ae71-f1f0-31b4-e6c1-d5951285d03d|subscription|H|IdentityAndAccess|-|-|-|f8456c1c-aa66-4dfb-861a-25d127b775c9|External accounts with owner permissions should be removed from your subscription|External accounts with owner permissions should be removed from subscriptions
    c42fc28d-1703-45fc-aaa5-39797f570513|sql|H|Data|-|-|-|1b7aa243-30e4-4c9e-bca8-d0d3022b634a|Vulnerability assessment should be enabled on SQL Managed Instance|SQL managed instances should have vulnerability assessment configured
    c476dc48-8110-4139-91af-c8d940896b98|vm|L|Compute|-|-|-|e1e5fd5d-3e4c-4ce1-8661-7d1873ae6b15|Vulnerabilities in security configuration on your machines should be remediated|Machines should be configured securely
    c5b83aed-f53d-5201-8ffb-1f9938de410a|sql|M|Data|-|-|-|0564d078-92f5-4f97-8398-b9f58a51f70b|=|Private endpoint should be enabled for PostgreSQL servers
    c609cf0f-71ab-41e9-a3c6-9a1f7fe1b8d5|kubernetes|H|Container|-|SoftwareUpdate|r|17f4b1cc-c55c-4d94-b1f9-2978f6ac2957|=|Azure running container images should have vulnerabilities resolved (powered by Microsoft Defender Vulnerability Management)
    c68a8c2a-6ed4-454b-9e37-4b7654f2165f|devops|M|Data|-|-|-|-|-|Code repositories should have code scanning findings resolved
    c6d87087-9ebe-b31f-b452-0bf3bbbaccd2|kubernetes|H|Container|-|-|-|1a5b4dca-0b6f-4cf5-907c-56316bc1bf3d|=|Kubernetes clusters should be accessible only over HTTPS
    c6dad669-efd7-cd72-61c5-289935607791|platform|L|Data|-|-|-|c95c74d9-38fe-4f0d-af86-0c7d626a315c|Resource logs in Data Lake Analytics should be enabled|Diagnostic logs in Data Lake Analytics should be enabled
    ca4e6a5a-3a9a-bad3-798a-d420a1d9bd6d|web|M|AppServices|-|-|-|5bb220d9-2698-4ee4-8404-b9c30c9df609|App Service apps should have 'Client Certificates (Incoming client certificates)' enabled|Web apps should request an SSL certificate for all incoming requests
    ca98bba7-719e-48ee-e193-0b76766cdb07|storage|L|Data|-|-|-|6fac406b-40ca-413b-bf8e-0bf964659c25|Storage accounts should use customer-managed key for encryption|(Enable if required) Storage accounts should use customer-managed key (CMK) for encryption
    ca9b93fe-6f1f-676c-2f31-d20f88fdbe56|database|M|Data|-|-|-|0a1302fb-a631-4106-9753-f3d494733990|=|Private endpoint should be enabled for MariaDB servers
    cb0acdc6-0846-fd48-debe-9905af151b6d|web|M|AppServices|-|-|-|6d555dd1-86f2-4f1c-8ed7-5abae7c6cbab|Function apps should only be accessible over HTTPS|Function App should only be accessible over HTTPS
    cc6d1865-7617-3cb2-cf7d-4cfc01ece1df|subscription|M|AppServices|-|-|-|c4d441f8-f9d9-4a9e-9cef-e82117cb3eef|Managed identity should be used in your API App|Managed identity should be used in API apps
    cd3e4ff3-b1bc-4a42-b10d-e2f9f99e2991|devops|-|DevOps|-|CodeVulnerabilities|r|-|-|GitLab projects should have code scanning findings resolved
    cdc78c07-02b0-4af0-1cb2-cb7c672a8b0a|storage|M|Data|-|-|-|6edd7eda-6dd8-40f7-810d-67160c639cd9|Storage accounts should use private link|Storage account should use a private link connection
    cdcf4f71-60d3-540b-91e3-aa19792da364|cognitive|L|Data|-|-|-|2bdd0062-9d75-436e-89df-487dd8e4b3c7|=|Cognitive Services accounts should enable data encryption
    ce2768c3-a7c7-1bbf-22cd-f9db675a9807|web|M|AppServices|-|-|-|0c192fe8-9cbb-4516-85b3-0ade8bd03886|API apps should have 'Client Certificates (Incoming client certificates)' enabled|Ensure API app has Client Certificates Incoming client certificates set to On
    cec4922b-1eb3-cb74-660b-ffad9b9ac642|sql|M|Data|-|-|-|7595c971-233d-4bcf-bd18-596129188c49|=|Private endpoint should be enabled for MySQL servers
    d1db3318-01ff-16de-29eb-28b344515626|vm|H|Compute|-|-|-|a4fe33eb-e377-4efb-ab31-0784311bc499|Log Analytics agent should be installed on your virtual machine for Azure Security Center monitoring|Log Analytics agent should be installed on virtual machines
    d42301a5-4d23-4457-97c8-f2f2e9eb979e|devops|-|DevOps|-|ApiVulnerabilities|r|-|-|Azure DevOps repositories should have API security testing findings resolved
    d44de051-1862-48f8-8476-192aee854699|vm|-|Compute|-|-|-|-|-|Anti-Virus scans of your EDR are out of 7 days
    d57a4221-a804-52ca-3dea-768284f06bb7|vm|H|Compute|-|-|-|0961003e-5a0a-4549-abde-af6a37f2724d|=|Virtual machines should encrypt temp disks, caches, and data flows between Compute and Storage resources
    d5a8d84a-9ad0-42e2-80e0-d38e3d46028a|iot|M|IoT|-|-|-|-|-|IoT Devices - Permissive firewall rule in the output chain was found
    d5d090f1-7d5c-9b38-7344-0ede8343276d|sql|M|Data|-|-|-|d9844e8a-1437-4aeb-a32c-0c992f056095|=|Public network access should be disabled for MySQL servers
    d74d2738-2485-4103-9919-69c7e63776ec|iot|H|IoT|-|-|-|-|-|IoT Devices - Auditd process stopped sending events
    d79a60ef-d490-484e-91ed-f45ceb0e7cfb|vm|L|Compute|-|-|-|-|-|Machines should be restarted to apply security configuration updates
    d8326952-60bb-40fb-b33f-51e662708a88|iot|M|IoT|-|-|-|-|-|IP Filter rule large IP range
    d9be0ff8-3eb0-4348-82f6-c1e735f85983|devops|-|DevOps|-|IacVulnerabilities|r|-|-|GitHub repositories should have infrastructure as code scanning findings resolved
    dabc9bc4-b8a8-45bd-9a5a-43000df8aa1c|subscription|H|IdentityAndAccess|-|-|-|81b3ccb4-e6e8-4e4a-8d05-5df25cd29fd4|=|Accounts with read permissions on Azure resources should be MFA enabled
    dbd0cb49-b563-45e7-9724-889e799fa648|registry|H|Container|-|-|-|5f0f936f-2f01-4bf5-b6be-d423792fa562|=|Azure registry container images should have vulnerabilities resolved (powered by Qualys)
    dc5357d0-3858-4d17-a1a3-072840bff5be|vm|L|Compute|-|-|r|-|-|EDR configuration issues should be resolved on virtual machines
    dcedec72-5b25-45b3-b8b9-0ed9219f8f29|subscription|M|IdentityAndAccess|-|-|p|-|-|Azure overprovisioned identities should have only the necessary permissions (Preview)
    dcf10b98-798f-4734-9afd-800916bf1e65|aws|M|Compute|-|-|-|-|-|Lambda functions should have a dead-letter queue configured
    dd98425c-1407-40cc-8a2c-da5d0a2f80da|devops|-|DevOps|-|ExposedSecrets|r|-|-|GitHub repositories should have secrets scanning findings resolved
    dea5192e-1bb3-101b-b70c-4646546f5e1e|platform|L|Compute|-|-|-|b4330a05-a843-4bc8-bf9a-cacce50c67f4|Resource logs in Search services should be enabled|Diagnostic logs in Search services should be enabled
    df4d1739-47f0-60c7-1706-3731fea6ab03|web|L|AppServices|-|-|-|5744710e-cc2f-4ee8-8809-3b11e89f4bc9|App Service apps should not have CORS configured to allow every resource to access your apps|CORS should not allow every resource to access Web Applications
    e1145ab1-eb4f-43d8-911b-36ddf771d13f|machine|H|Compute|-|SystemUpdate|r|f85bf3e0-d513-442e-89c3-1784ad63382b|=|System updates should be installed on your machines (powered by Update Center)
    e2f798b8-621a-4d46-99d7-1310e09eba26|vm|L|Compute|L|-|-|-|-|Linux virtual machines should enforce kernel module signature validation
    e3de1cc0-f4dd-3b34-e496-8b5381ba2d70|network|M|Networking|-|-|-|a7aca53f-2ed4-4466-a25e-0b45ade68efd|Azure DDoS Protection should be enabled|Azure DDoS Protection Standard should be enabled
    e40df93c-7a7c-1b0a-c787-9987ceb98e54|web|L|AppServices|-|-|-|358c20a6-3f9e-4f0e-97ff-c6ce485e2aac|CORS should not allow every resource to access your API App|CORS should not allow every resource to access API Apps
    e52064aa-6853-e252-a11e-dffc675689c2|subscription|H|IdentityAndAccess|-|-|-|ebb62a0c-3560-49e1-89ed-27e074e9f8ad|Deprecated accounts with owner permissions should be removed from your subscription|Deprecated accounts with owner permissions should be removed from subscriptions
    e538731a-80c8-4317-a119-13075e002516|gcp|-|Container|-|SoftwareUpdate|r|-|-|GCP running container images should have vulnerability findings resolved
    e599a9fe-30e3-47c6-a173-8b4b6d9d3255|subscription|H|Container|-|-|-|-|-|Microsoft Defender for Containers should be enabled
    e656e5b7-130c-4fb4-be90-9bdd4f82fdfb|aws|M|Compute|-|-|-|-|-|Lambda functions should use supported runtimes
    e71020c2-860c-3235-cd39-04f3f8c936d2|scaleset|L|Compute|-|-|-|26a828e1-e88f-464e-bbb3-c134a282b9de|Endpoint protection solution should be installed on virtual machine scale sets|Endpoint protection health issues on virtual machine scale sets should be resolved
    e94a7421-fc27-7a4d-e9ba-2ba01384cacd|vm|L|Compute|L|-|-|-|-|Guest Attestation extension should be installed on supported Linux virtual machines
    e9c320f1-03a0-4d2b-9a37-84b3bdc2e281|subscription|M|Data|-|-|-|-|-|Microsoft Defender for SQL on machines should be enabled on workspaces
    eade5b56-eefd-444f-95c8-23f29e5d93cb|subnet|L|Networking|-|-|-|e71308d3-144b-4262-b144-efdc3cc90517|Subnets should be associated with a Network Security Group|Subnets should be associated with a network security group
    ebc68898-5c0f-4353-a426-4a5f1e737b12|kubernetes|M|Container|-|-|-|82985f06-dc18-4a48-bc1c-b9f4f0098cfe|Kubernetes cluster pods should only use approved host network and port list|Usage of host networking and ports should be restricted
    ebe970fe-9c27-4dd7-a165-1e943d565e10|sql|M|Data|-|-|-|-|-|All advanced threat protection types should be enabled in SQL managed instance advanced data security settings
    ec1bface-60ff-46b6-b1dc-67171a4882d5|devops|-|DevOps|-|IacVulnerabilities|r|-|-|GitLab projects should have infrastructure as code scanning findings resolved
    efbbd784-656d-473a-9863-ea7693bfcd2a|vm|M|Compute|-|-|-|fc4d8e41-e223-45ea-9bf5-eada37891d87|=|Virtual machines and virtual machine scale sets should have encryption at host enabled
    efe75f01-6fff-5d9d-08e6-092b98d3fb3f|web|L|Data|-|-|-|564feb30-bf6a-4854-b4bb-0d2d2d1e6c66|=|Web Application Firewall (WAF) should be enabled for Application Gateway
    f0553104-cfdb-65e6-759c-002812e38500|sql|H|Data|-|-|-|1f314764-cb73-4fc9-b863-8eca98ac36e9|An Azure Active Directory administrator should be provisioned for SQL servers|SQL servers should have an Azure Active Directory administrator provisioned
    f065cc7b-f63b-4865-b8ff-4a1292e1a5cb|aws|L|Compute|-|-|-|-|-|Unused EC2 security groups should be removed
    f0debc84-981c-4a0d-924d-aa4bd7d55fef|kubernetes|M|Container|-|-|-|098fc59e-46c7-4d99-9b16-64990e543d75|Kubernetes cluster pod hostPath volumes should only use allowed host paths|Usage of pod HostPath volume mounts should be restricted to a known list to restrict node access from compromised containers
    f0fb2a7e-16d5-849f-be57-86db712e9bd0|subscription|H|Data|-|-|-|-|-|Microsoft Defender for Resource Manager should be enabled
    f11b27f2-8c49-5bb4-eff5-e1e5384bf95e|platform|L|Compute|-|-|-|f9be5368-9bf5-4b84-9e0a-7850da98bb46|Resource logs in Azure Stream Analytics should be enabled|Diagnostic logs in Azure Stream Analytics should be enabled
    f19ab7d9-5ff2-f8fd-ab3b-0bf95dcb6889|platform|L|Compute|-|-|-|f8d36e2f-389b-4ee4-898d-21aeb69a0f45|Resource logs in Service Bus should be enabled|Diagnostic logs in Service Bus should be enabled
    f1f2f7dc-7bd5-18bf-c403-cbbdb7ec3d68|subscription|L|Data|-|-|-|b6e2945c-0b7b-40f5-9233-7a5323b5cdc6|=|Network Watcher should be enabled
    f2864482-b329-4310-8c06-3cf74fe880c5|subscription|-|IdentityAndAccess|-|Unknown|-|-|-|Guest accounts with owner permissions on Azure resources should be removed
    f2f595ec-5dc6-68b4-82ef-b63563e9c610|vm|L|Compute|-|-|-|013e242c-8828-4970-87b3-ab247555486d|Azure Backup should be enabled for Virtual Machines|Azure Backup should be enabled for virtual machines
    f36a15fb-61a6-428c-b719-6319538ecfbc|gcp|H|Compute|-|-|r|-|-|EDR configuration issues should be resolved on GCP virtual machines
    f67fb4ed-d481-44d7-91e5-efadf504f74a|network|L|Networking|-|-|-|fc5e4038-4584-4632-8c85-c0448d374b2c|All Internet traffic should be routed via your deployed Azure Firewall|Virtual networks should be protected by Azure Firewall
    f6b0e473-eb23-c3be-fe61-2ae3e8309530|platform|M|Data|-|-|-|2154edb9-244f-4741-9970-660785bccdaa|=|VM Image Builder templates should use private link
    f7010359-8d21-4598-a9f2-c3e81a17141e|sql|M|Data|-|-|-|-|-|All advanced threat protection types should be enabled in SQL server advanced data security settings
    f738efb8-005f-680d-3d43-b3db762d6243|cognitive|M|Data|-|-|-|037eea7a-bd0a-46c5-9a66-03aea78705d3|Azure AI Services resources should restrict network access|Cognitive Services accounts should restrict network access
    f97aa83c-9b63-4f9a-99f6-b22c4398f936|machine|H|Data|-|-|r|6ba6d016-e7c3-4842-b8f2-4992ebc0d72d|=|SQL servers on machines should have vulnerability findings resolved
    f9f0eed0-f143-47bf-b856-671ea2eeed62|vm|H|Networking|-|-|-|08e6af2d-db70-460a-bfe9-d5bd474ba9d6|=|Adaptive network hardening recommendations should be applied on internet facing virtual machines
    fc84abc0-eee6-4758-8372-a7681965ca44|vault|M|IdentityAndAccess|-|-|-|0a075868-4c26-42ef-914c-5bc007359560|Certificates should have the specified maximum validity period|Validity period of certificates stored in Azure Key Vault should not exceed 12 months
    fde1c0c9-0fd2-4ecc-87b5-98956cbc1095|subscription|H|IdentityAndAccess|-|-|r|e9ac8f8e-ce22-4355-8f04-99b911d6be52|=|Guest accounts with read permissions on Azure resources should be removed
    fe7d5a87-36fc-4530-99b5-1848512a3209|subscription|M|IdentityAndAccess|-|-|p|-|-|Super identities in your Azure environment should be removed (Preview)
    ff6dbca8-d93c-49fc-92af-dc25da7faccd|subscription|H|Data|-|-|-|abfb7388-5bf4-4ad7-ba99-2cd2f41cebb9|Azure Defender for SQL should be enabled for unprotected SQL Managed Instances|Microsoft Defender for SQL should be enabled for unprotected SQL Managed Instances
    ff87e0b4-17df-d338-5b19-80e71e0dcc9d|kubernetes|L|Container|-|-|-|9f061a12-e40d-4183-a00e-171812443373|=|Kubernetes clusters should not use the default namespace
    ffff0522-1e88-47fc-8382-2a80ba848f5d|machine|M|Compute|-|-|-|501541f7-f7e7-4cd6-868c-4190fdad3ac9|A vulnerability assessment solution should be enabled on your virtual machines|Machines should have a vulnerability assessment solution
    """#
}
