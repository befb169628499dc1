"""Certificates in place of a secret, as the SDK signs by them."""

import datetime

import pytest
from azure.core.exceptions import ClientAuthenticationError
from azure.identity import CertificateCredential
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa


def certificate():
    """A certificate, and the same with its key, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "isthmus")])
    now = datetime.datetime.now(datetime.timezone.utc)
    day = datetime.timedelta(days=1)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - day)
        .not_valid_after(now + day)
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    plain = serialization.NoEncryption()
    return made, made + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)


def test_a_registered_certificate_signs_in_and_no_other_one(start, tmp_path):
    registered, own = certificate()
    _, other = certificate()
    file = tmp_path / "certificate.pem"
    file.write_bytes(registered)
    tenant = start("--hosts", "1", "--client-certificate", str(file))

    def credential(pem):
        return CertificateCredential(
            tenant.tenant_id, tenant.client_id, certificate_data=pem, authority=tenant.authority,
            disable_instance_discovery=True, connection_verify=tenant.ca_file)

    with credential(own) as made:
        assert made.get_token(tenant.scope).token
    with credential(other) as made, pytest.raises(ClientAuthenticationError, match="AADSTS700027:"):
        made.get_token(tenant.scope)
