"""The SDK, used the way its documentation says; nothing of it is replaced."""

from azure.identity import ClientSecretCredential
from azure.mgmt.resource.subscriptions import SubscriptionClient
from azure.mgmt.resourcegraph import ResourceGraphClient
from azure.mgmt.resourcegraph.models import QueryRequest, QueryRequestOptions


def credential(tenant, **changed):
    """A credential for the tenant's one app registration, with `changed` parts.

    Instance discovery asks Microsoft's public cloud whether it knows the authority; for one of a private cloud the SDK
    wants it turned off. `connection_verify` is azure-core's, and serves MSAL too, which sends through azure-core.
    """
    parts = {
        "tenant_id": tenant.tenant_id,
        "client_id": tenant.client_id,
        "client_secret": tenant.client_secret,
        "connection_verify": tenant.ca_file,
        **changed,
    }
    return ClientSecretCredential(authority=tenant.authority, disable_instance_discovery=True, **parts)


class Session:
    """A credential with the clients that use it."""

    def __init__(self, tenant, **changed):
        self.credential = credential(tenant, **changed)
        options = {
            "base_url": tenant.resource_manager,
            "credential_scopes": [tenant.scope],
            "connection_verify": tenant.ca_file,
        }
        self.graph = ResourceGraphClient(self.credential, **options)
        self.subscriptions = SubscriptionClient(self.credential, **options)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.graph.close()
        self.subscriptions.close()
        self.credential.close()

    def query(self, text, subscriptions=None, facets=None, hook=None, **options):
        """One answer. `hook` sees each HTTP answer to it, those that are retried included."""
        request = QueryRequest(
            query=text, subscriptions=subscriptions, facets=facets, options=QueryRequestOptions(**options)
        )
        return self.graph.resources(request, **({"raw_response_hook": hook} if hook else {}))

    def pages(self, text, hook=None, **options):
        """Answer after answer, until one has no skip token. The pages must agree on the total."""
        total = None
        token = None
        while True:
            page = self.query(text, hook=hook, skip_token=token, **options)
            total = page.total_records if total is None else total
            assert page.total_records == total
            yield page
            token = page.skip_token
            if not token:
                return

    def rows(self, text, **options):
        """All rows of all pages; each page must hold as many as it says."""
        rows = []
        for page in self.pages(text, **options):
            assert page.count == len(page.data)
            rows += page.data
        return rows
