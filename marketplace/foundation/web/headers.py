"""The headers of every answer (reliability.md 3): content policy, transport, caching."""

from __future__ import annotations

from flask import Flask, Response, current_app, request

from marketplace.foundation.web import access

CONTENT_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data: blob:",
        "font-src 'self'",
        "connect-src 'self'",
        "media-src 'self' blob:",
        "worker-src 'self'",
        "manifest-src 'self'",
        "form-action 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "object-src 'none'",
    )
)


FILES = ("static", "catalogue_pictures.picture")


def install(app: Flask, *, is_https: bool, pay_page: str | None = None) -> None:
    """`pay_page` is where a form of ours may lead: browsers hold the answer's redirect against the form's policy."""
    policy = (
        CONTENT_POLICY.replace("form-action 'self'", f"form-action 'self' {pay_page}") if pay_page else CONTENT_POLICY
    )

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if request.endpoint in FILES and response.status_code < 400:
            return response  # what protects a document only makes a dozen small files heavier
        headers.setdefault("Content-Security-Policy", policy)
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(self), geolocation=(), microphone=(), payment=()")
        if is_https:
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if "Cache-Control" not in headers:
            headers["Cache-Control"] = "no-cache" if _is_shared() else "no-store"
        return response


def _is_shared() -> bool:
    rule = access.of(current_app.view_functions.get(request.endpoint or ""))
    return rule is not None and rule.is_shared and request.method in ("GET", "HEAD")
