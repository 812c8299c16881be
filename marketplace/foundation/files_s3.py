"""Files in a bucket of any S3 store; the only module that knows boto3, an optional extra (`cho-htx[s3]`)."""

from __future__ import annotations

from typing import Any, BinaryIO, cast
from urllib.parse import SplitResult, parse_qs

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from marketplace.foundation.files import FileMissing, FileNotRead, FileNotStored, UnknownStore, checked_key

_MISSING = {"404", "NoSuchKey"}
_OPTIONS = {"endpoint", "region"}


class S3Store:
    """Keys below a prefix of one bucket; a put is whole or nothing by itself. Credentials: the AWS_… variables."""

    def __init__(
        self, bucket: str, prefix: str = "", endpoint_url: str | None = None, region: str | None = None
    ) -> None:
        self.bucket = bucket
        self.prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""
        # Pages wait for this: a silent store must not hold a worker for boto3's default minute, four times over.
        settings = Config(connect_timeout=3, read_timeout=10, retries={"total_max_attempts": 3, "mode": "standard"})
        self._client: Any = boto3.client("s3", endpoint_url=endpoint_url, region_name=region, config=settings)

    def put(self, key: str, data: bytes, content_type: str) -> None:
        try:
            self._client.put_object(Bucket=self.bucket, Key=self._name(key), Body=data, ContentType=content_type)
        except (BotoCoreError, ClientError) as error:
            raise FileNotStored(f"{key} was not stored in bucket {self.bucket}: {error}") from error

    def read(self, key: str) -> bytes:
        with self.open(key) as file:
            try:
                return file.read()
            except BotoCoreError as error:
                raise FileNotRead(f"{key} broke off while bucket {self.bucket} sent it: {error}") from error

    def open(self, key: str) -> BinaryIO:
        try:
            answer = self._client.get_object(Bucket=self.bucket, Key=self._name(key))
        except (BotoCoreError, ClientError) as error:
            raise self._not_read(key, error) from error
        return cast(BinaryIO, answer["Body"])

    def exists(self, key: str) -> bool:
        try:
            self._client.head_object(Bucket=self.bucket, Key=self._name(key))
        except (BotoCoreError, ClientError) as error:
            refusal = self._not_read(key, error)
            if isinstance(refusal, FileMissing):
                return False
            raise refusal from error
        return True

    def delete(self, key: str) -> None:
        try:
            self._client.delete_object(Bucket=self.bucket, Key=self._name(key))
        except (BotoCoreError, ClientError) as error:
            raise FileNotStored(f"{key} could not be deleted from bucket {self.bucket}: {error}") from error

    def _name(self, key: str) -> str:
        return self.prefix + checked_key(key)

    def _not_read(self, key: str, error: BotoCoreError | ClientError) -> FileMissing | FileNotRead:
        if isinstance(error, ClientError) and error.response["Error"]["Code"] in _MISSING:
            return FileMissing(f"{key} is not in bucket {self.bucket}")
        return FileNotRead(f"{key} could not be read from bucket {self.bucket}: {error}")


def store_from(address: SplitResult) -> S3Store:
    """s3://bucket/prefix?endpoint=https://…&region=…; both options may be left out."""
    options = parse_qs(address.query, strict_parsing=bool(address.query))
    if not address.hostname or not set(options) <= _OPTIONS:
        raise UnknownStore(f"{address.geturl()!r} is no S3 store; write s3://bucket/prefix?endpoint=https://…&region=…")
    return S3Store(address.netloc, address.path, options.get("endpoint", [None])[0], options.get("region", [None])[0])
