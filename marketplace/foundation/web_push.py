"""Web push: a message is encrypted for one browser (RFC 8291) and handed to the push service that the browser named,
signed with the market's own key (RFC 8292)."""

from __future__ import annotations

import binascii
import json
import os
import re
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from marketplace.foundation import posting

KEY_BYTES = 32
LONGEST_PAYLOAD = 3000  # push services take 4096 bytes in all
LONGEST_ENDPOINT = 1000
RECORD_SIZE = 4096
SIGNED_FOR = timedelta(hours=12)
_CURVE = ec.SECP256R1()


class BadSubscription(Exception):
    """What a browser sent is no subscription that anything may be sent to."""


class SubscriptionOver(Exception):
    """The browser takes no more messages under this subscription; it is to be forgotten."""


class PushUnsettled(Exception):
    """The push service did not answer, or asks for patience; ask again later."""


@dataclass(frozen=True)
class Subscription:
    """Where and for whom: the endpoint at the push service, the browser's public key and its secret."""

    endpoint: str
    public_key: str = field(repr=False)
    secret: str = field(repr=False)


class PushService:
    """Sends for this market. `key` is its private key, `contact` an address of its operators, `trusted` the origin of a
    push service that may be anywhere: for tests, which have none in the open internet."""

    def __init__(self, key: bytes, *, contact: str, trusted: str = "") -> None:
        self._key = ec.derive_private_key(int.from_bytes(key, "big"), _CURVE)
        self.contact, self.trusted = contact, trusted
        self.public_key = encode(_point(self._key.public_key()))

    def check(self, subscription: Subscription) -> None:
        """Raises BadSubscription. A browser may name any address, and our server would knock there (SSRF)."""
        endpoint = subscription.endpoint
        if len(endpoint) > LONGEST_ENDPOINT or not re.fullmatch(r"[!-~]+", endpoint):
            raise BadSubscription("the endpoint is no address")
        try:
            place = urlsplit(endpoint)
            port = place.port
        except ValueError:
            raise BadSubscription("the endpoint is no address") from None
        if not self._is_trusted(endpoint):
            if place.scheme != "https" or not place.hostname or "@" in place.netloc or port not in (None, 443):
                raise BadSubscription("the endpoint is not at an https address")
            if _is_bare_address(place.hostname) or "." not in place.hostname:
                raise BadSubscription("the endpoint has no name of the open internet")
        _browsers_key(subscription.public_key)
        if len(_decode(subscription.secret)) != 16:
            raise BadSubscription("the secret has not 16 bytes")

    def send(
        self, subscription: Subscription, payload: bytes, *, lasts: timedelta, is_urgent: bool, topic: str
    ) -> None:
        """Hand the message over. One that waits under the same topic is replaced, so sending again shows it once.

        Raises SubscriptionOver, PushUnsettled, and BadSubscription for an address that we do not knock at.
        """
        self.check(subscription)
        headers = {
            "TTL": str(int(lasts.total_seconds())),
            "Urgency": "high" if is_urgent else "normal",
            "Topic": topic,
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "Authorization": f"vapid t={self.token(subscription.endpoint)}, k={self.public_key}",
        }
        only_public = not self._is_trusted(subscription.endpoint)
        body = encrypt(payload, public_key=subscription.public_key, secret=subscription.secret)
        try:
            answer = posting.post(subscription.endpoint, body, headers, only_public=only_public)
        except posting.NotPublic as error:
            raise BadSubscription(str(error)) from error
        except posting.NoAnswer as error:
            raise PushUnsettled(str(error)) from error
        if answer.status in (404, 410):
            raise SubscriptionOver(f"the push service answered {answer.status}")
        if not 200 <= answer.status < 300:
            raise PushUnsettled(f"the push service answered {answer.status}")

    def token(self, endpoint: str) -> str:
        """Proves to the push service who sends, for half a day, and to no other service."""
        place = urlsplit(endpoint)
        claims = {
            "aud": f"{place.scheme}://{place.netloc}",
            "exp": int(time.time() + SIGNED_FOR.total_seconds()),  # the service compares it with its own clock
            "sub": self.contact,
        }
        parts = [encode(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "ES256"}, claims)]
        signature = self._key.sign(".".join(parts).encode(), ec.ECDSA(hashes.SHA256()))
        numbers = b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(signature))
        return ".".join([*parts, encode(numbers)])

    def _is_trusted(self, endpoint: str) -> bool:
        return bool(self.trusted) and endpoint.startswith(f"{self.trusted}/")


def encrypt(
    payload: bytes,
    *,
    public_key: str,
    secret: str,
    sender: ec.EllipticCurvePrivateKey | None = None,
    salt: bytes | None = None,
) -> bytes:
    """The body of a push message (RFC 8291, one record of RFC 8188); key and salt are fresh for every message."""
    sender, salt = sender or ec.generate_private_key(_CURVE), salt or os.urandom(16)
    theirs = _browsers_key(public_key)
    ours = _point(sender.public_key())
    shared = sender.exchange(ec.ECDH(), theirs)
    keying = _derive(shared, salt=_decode(secret), info=b"WebPush: info\0" + _point(theirs) + ours, length=32)
    content_key = _derive(keying, salt=salt, info=b"Content-Encoding: aes128gcm\0", length=16)
    nonce = _derive(keying, salt=salt, info=b"Content-Encoding: nonce\0", length=12)
    header = salt + RECORD_SIZE.to_bytes(4, "big") + bytes([len(ours)]) + ours
    return header + AESGCM(content_key).encrypt(nonce, payload + b"\2", None)


def encode(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def private_key(text: str) -> bytes:
    """A market's key as its settings hold it. Raises ValueError."""
    try:
        key = _decode(text)
    except BadSubscription:
        key = b""
    if len(key) != KEY_BYTES:
        raise ValueError("a push key is 32 bytes in base64url")
    ec.derive_private_key(int.from_bytes(key, "big"), _CURVE)
    return key


def _derive(material: bytes, *, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=length, salt=salt, info=info).derive(material)


def _point(key: ec.EllipticCurvePublicKey) -> bytes:
    return key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _browsers_key(text: str) -> ec.EllipticCurvePublicKey:
    try:
        return ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, _decode(text))
    except ValueError:
        raise BadSubscription("the browser's key is no point of the curve") from None


def _decode(text: str) -> bytes:
    try:
        return urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except (ValueError, binascii.Error):
        raise BadSubscription("not base64url") from None


def _is_bare_address(host: str) -> bool:
    return ":" in host or re.fullmatch(r"[0-9.]+|0x[0-9a-f]+", host, re.I) is not None
