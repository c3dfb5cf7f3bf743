"""Pictures, as strangers send them: what comes out is small, upright and only pixels; what is hostile is refused."""

import io
import struct
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from plausch.kernel.child import Child
from plausch.kernel.errors import Invalid, TooMany
from plausch.storage import pictures
from plausch.storage.pictures import PreparedPicture, Variant, prepare_avatar, prepare_picture

RED, GREEN, BLUE, WHITE = (220, 20, 20), (20, 200, 20), (20, 20, 220), (250, 250, 250)
SECRET = b"SECRET-48.137N-11.575E"

Prepare = Callable[[bytes], Awaitable[PreparedPicture]]


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    file = io.BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def opened(variant: Variant) -> Image.Image:
    image = Image.open(io.BytesIO(variant.data), formats=["WEBP"])
    image.load()
    assert image.size == (variant.width, variant.height)
    return image


def quarters(width: int = 80, height: int = 40) -> Image.Image:
    """Red and green above, blue and white below."""
    image = Image.new("RGB", (width, height), RED)
    for colour, x, y in ((GREEN, 1, 0), (BLUE, 0, 1), (WHITE, 1, 1)):
        image.paste(colour, (x * width // 2, y * height // 2, (x + 1) * width // 2, (y + 1) * height // 2))
    return image


def nearest(pixel: Any) -> tuple[int, int, int]:
    red, green, blue = pixel[:3]
    return min((RED, GREEN, BLUE, WHITE), key=lambda c: abs(c[0] - red) + abs(c[1] - green) + abs(c[2] - blue))


def corners(image: Image.Image) -> list[tuple[int, int, int]]:
    right, bottom = image.width * 3 // 4, image.height * 3 // 4
    left, top = image.width // 4, image.height // 4
    return [nearest(image.getpixel(at)) for at in ((left, top), (right, top), (left, bottom), (right, bottom))]


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


def png_bomb(width: int, height: int, depth: int = 1) -> bytes:
    """A few kilobytes that claim to be, and are, that many pixels."""
    line = bytes(1 + (width * depth + 7) // 8)
    packer = zlib.compressobj(9)
    body = b"".join(packer.compress(line * 100) for _ in range(height // 100)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, depth, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def webp_chunks(data: bytes) -> set[bytes]:
    assert data[:4] == b"RIFF"
    assert data[8:12] == b"WEBP"
    assert int.from_bytes(data[4:8], "little") + 8 == len(data), "bytes behind the picture"
    names, position = set(), 12
    while position < len(data):
        names.add(data[position : position + 4])
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        position += 8 + size + size % 2
    return names


async def refusal(data: bytes, prepare: Prepare = prepare_picture) -> str:
    with pytest.raises(Invalid) as caught:
        await prepare(data)
    assert caught.value.field == "picture"
    return caught.value.reason


def exif_with(orientation: int = 1) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010E] = SECRET.decode()  # description
    exif[0x010F] = SECRET.decode()  # make
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 8.0, 13.0), 3: "E", 4: (11.0, 34.0, 30.0), 29: SECRET.decode()})
    return exif.tobytes()


def everything_revealing() -> dict[str, bytes]:
    """Pictures of each kind with every kind of metadata that Pillow can write into it, and some behind the end."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Comment", SECRET.decode())
    text.add_itxt("XML:com.adobe.xmp", SECRET.decode())
    exif, icc = exif_with(), ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes() + SECRET
    image = quarters()
    return {
        "JPEG": encoded(image, "JPEG", exif=exif, xmp=SECRET, comment=SECRET, icc_profile=icc) + SECRET,
        "PNG": encoded(image, "PNG", exif=exif, pnginfo=text, icc_profile=icc) + SECRET,
        "GIF": encoded(image, "GIF", comment=SECRET) + SECRET,
        "WEBP": encoded(image, "WEBP", exif=exif, xmp=SECRET, icc_profile=icc, lossless=True),
        "AVIF": encoded(image, "AVIF", exif=exif, xmp=SECRET, quality=90),
    }


# What comes out


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
@pytest.mark.parametrize("prepare", [prepare_picture, prepare_avatar])
async def test_nothing_but_pixels_is_kept(kind: str, prepare: Prepare) -> None:
    data = everything_revealing()[kind]
    assert SECRET in data
    picture = await prepare(data)
    assert picture.mime == f"image/{kind.lower()}"
    for variant in picture.variants:
        assert webp_chunks(variant.data) <= {b"VP8 ", b"VP8L"}
        assert SECRET not in variant.data
        image = opened(variant)
        assert not image.getexif()
        assert not {"exif", "xmp", "icc_profile", "comment"} & image.info.keys()
    if prepare is prepare_picture:
        assert corners(opened(picture.variants[0])) == [RED, GREEN, BLUE, WHITE]


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
async def test_every_orientation_comes_out_upright(orientation: int, kind: str) -> None:
    stored = stored_as(quarters(), orientation)
    picture = await prepare_picture(encoded(stored, kind, exif=exif_with(orientation), quality=95))
    assert (picture.width, picture.height) == (80, 40)
    for variant in picture.variants:
        assert (variant.width, variant.height) == (80, 40)
        assert corners(opened(variant)) == [RED, GREEN, BLUE, WHITE]


def stored_as(upright: Image.Image, orientation: int) -> Image.Image:
    """As a camera stores it: the table of the EXIF standard says which sides the stored row and column 0 are."""
    rows = {1: "top", 2: "top", 3: "bottom", 4: "bottom", 5: "left", 6: "right", 7: "right", 8: "left"}
    columns = {1: "left", 2: "right", 3: "right", 4: "left", 5: "top", 6: "top", 7: "bottom", 8: "bottom"}
    row, column = rows[orientation], columns[orientation]
    if row in ("top", "bottom"):
        stored = upright
        flip_rows, flip_columns = row == "bottom", column == "right"
    else:
        stored = upright.transpose(Image.Transpose.TRANSPOSE)
        flip_rows, flip_columns = row == "right", column == "bottom"
    if flip_rows:
        stored = stored.transpose(Image.Transpose.FLIP_TOP_BOTTOM)
    return stored.transpose(Image.Transpose.FLIP_LEFT_RIGHT) if flip_columns else stored


async def test_broken_metadata_is_no_reason_to_refuse() -> None:
    for exif in (b"Exif\x00\x00garbage", b"Exif\x00\x00MM\x00*\xff\xff\xff\xff", exif_with(6)[:40]):
        picture = await prepare_picture(encoded(quarters(), "JPEG", exif=exif))
        assert (picture.width, picture.height) == (80, 40)
    assert (await prepare_picture(encoded(quarters(), "JPEG", icc_profile=b"no profile"))).width == 80


@pytest.mark.parametrize(
    ("size", "large", "small"),
    [
        ((4000, 3000), (1600, 1200), (640, 480)),
        ((1000, 2000), (800, 1600), (320, 640)),
        ((700, 500), (700, 500), (640, 457)),
        ((1, 1), (1, 1), (1, 1)),
        ((12_000, 1), (1600, 1), (640, 1)),
        ((1, 12_000), (1, 1600), (1, 640)),
    ],
)
async def test_sizes_of_pictures(size: tuple[int, int], large: tuple[int, int], small: tuple[int, int]) -> None:
    for kind in ("JPEG", "PNG"):
        picture = await prepare_picture(encoded(Image.new("RGB", size, GREEN), kind))
        assert (picture.width, picture.height) == size
        assert [(variant.name, variant.width, variant.height) for variant in picture.variants] == [
            ("large", *large),
            ("small", *small),
        ]
        for variant in picture.variants:
            assert nearest(opened(variant).getpixel((0, 0))) == GREEN


async def test_avatars_are_the_middle_square() -> None:
    image = Image.new("RGB", (1200, 600), RED)
    image.paste(GREEN, (300, 0, 900, 600))
    avatar = await prepare_avatar(encoded(image, "JPEG", exif=exif_with(6)))
    assert (avatar.width, avatar.height) == (600, 1200)
    assert [(variant.width, variant.height) for variant in avatar.variants] == [(400, 400), (96, 96)]
    for variant in avatar.variants:
        assert corners(opened(variant)) == [GREEN] * 4
    tiny = await prepare_avatar(encoded(Image.new("RGB", (50, 30), RED), "PNG"))
    assert [(variant.width, variant.height) for variant in tiny.variants] == [(30, 30), (30, 30)]


async def test_blurhash_and_colour_tell_what_it_looks_like() -> None:
    picture = await prepare_picture(encoded(Image.new("RGB", (64, 64), (255, 0, 0)), "PNG"))
    assert picture.colour == "#ff0000"
    assert len(picture.blurhash) == 28
    portrait = await prepare_picture(encoded(quarters(40, 80), "PNG"))
    assert portrait.blurhash[0] == "T"  # 3 x 4 components
    assert portrait.blurhash != picture.blurhash


async def test_transparency_is_kept_and_its_hidden_colours_are_not() -> None:
    image = Image.new("RGBA", (64, 64), (255, 0, 0, 0))
    image.paste((0, 0, 255, 255), (0, 0, 32, 64))
    picture = await prepare_picture(encoded(image, "PNG"))
    for variant in picture.variants:
        shown = opened(variant)
        assert shown.mode == "RGBA"
        assert shown.getpixel((60, 32)) == (0, 0, 0, 0)
        assert shown.getpixel((5, 32)) == (0, 0, 255, 255)


@pytest.mark.parametrize("kind", ["PNG", "GIF"])
async def test_palettes_are_resolved_before_anything_is_made_smaller(kind: str) -> None:
    image = Image.new("P", (2000, 1000), 0)
    image.putpalette([*WHITE, *GREEN, *RED])
    image.paste(1, (0, 0, 1000, 500))
    image.paste(2, (1000, 0, 2000, 500))
    for variant in (await prepare_picture(encoded(image, kind, transparency=0))).variants:
        shown = opened(variant)
        assert corners(shown)[:2] == [GREEN, RED]
        below: Any = shown.getpixel((shown.width // 4, shown.height * 3 // 4))
        assert below[3] == 0


async def test_opaque_pictures_carry_no_alpha() -> None:
    picture = await prepare_picture(encoded(quarters().convert("RGBA"), "PNG"))
    assert opened(picture.variants[0]).mode == "RGB"


async def test_drawings_stay_sharp() -> None:
    image = Image.new("RGB", (600, 400), "white")
    ImageDraw.Draw(image).text((10, 10), "Vereinsfest am Samstag", fill="black")
    large = opened((await prepare_picture(encoded(image, "PNG"))).variants[0])
    assert large.tobytes() == image.tobytes()


def unusual() -> dict[str, tuple[bytes, tuple[int, int, int]]]:
    """Modes that few programs write, each all of one colour, with that colour."""
    grey = Image.new("L", (64, 48), 128)
    palette = Image.new("P", (64, 48), 1)
    palette.putpalette([*WHITE, *GREEN])
    swapped = swapped_profile()
    return {
        "CMYK JPEG": (encoded(Image.new("RGB", (64, 48), RED).convert("CMYK"), "JPEG"), RED),
        "16-bit grey PNG": (encoded(Image.new("I;16", (64, 48), 128 * 257), "PNG"), (128, 128, 128)),
        "grey JPEG": (encoded(grey, "JPEG"), (128, 128, 128)),
        "grey PNG with alpha": (encoded(Image.merge("LA", (grey, grey.point(lambda _: 255))), "PNG"), (128, 128, 128)),
        "bilevel PNG": (encoded(Image.new("1", (64, 48), 1), "PNG"), (255, 255, 255)),
        "palette PNG with transparency": (encoded(palette, "PNG", transparency=0), GREEN),
        "palette GIF with transparency": (encoded(palette, "GIF", transparency=0), GREEN),
        "progressive JPEG": (encoded(Image.new("RGB", (64, 48), BLUE), "JPEG", progressive=True), BLUE),
        "another colour space": (encoded(Image.new("RGB", (64, 48), (255, 0, 0)), "PNG", icc_profile=swapped), BLUE),
    }


def swapped_profile() -> bytes:
    """sRGB with the primaries of red and blue exchanged."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return profile.replace(b"rXYZ", b"?XYZ").replace(b"bXYZ", b"rXYZ").replace(b"?XYZ", b"bXYZ")


@pytest.mark.parametrize("name", unusual())
async def test_unusual_pictures_keep_their_colour(name: str) -> None:
    data, colour = unusual()[name]
    picture = await prepare_picture(data)
    for variant in picture.variants:
        shown: Any = opened(variant).convert("RGB").getpixel((20, 20))
        assert max(abs(a - b) for a, b in zip(shown, colour, strict=True)) < 45, (shown, colour)


async def test_of_animations_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (50, 50), colour) for colour in (GREEN, RED, BLUE)]
    for kind in ("GIF", "WEBP", "PNG", "AVIF"):
        picture = await prepare_picture(encoded(frames[0], kind, save_all=True, append_images=frames[1:]))
        image = opened(picture.variants[0])
        assert getattr(image, "n_frames", 1) == 1
        assert nearest(image.getpixel((25, 25))) == GREEN


# What is refused


async def test_bombs_are_refused_from_their_header() -> None:
    bombs = [
        png_bomb(40_000, 40_000),
        png_bomb(12_100, 100),
        png_bomb(7_100, 7_100, depth=8),
        encoded(Image.new("L", (8_000, 8_000)), "JPEG"),
        encoded(Image.new("L", (10, 12_100)), "WEBP", lossless=True, method=0),
        b"GIF89a" + struct.pack("<HHBBB", 65_535, 65_535, 0, 0, 0) + encoded(quarters(), "GIF")[13:],
    ]
    started = time.monotonic()
    for bomb in bombs:
        assert len(bomb) < 1 << 20
        assert await refusal(bomb) == "picture_too_many_pixels"
    assert time.monotonic() - started < 3


async def test_what_lies_about_its_size_is_refused() -> None:
    header = struct.pack(">IIBBBBB", 7_000, 7_000, 8, 6, 0, 0, 0)
    lie = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100))
    assert await refusal(lie + chunk(b"IEND", b"")) == "picture_unreadable"


async def test_an_animation_of_ten_thousand_frames_costs_no_more_than_one() -> None:
    one = encoded(Image.new("P", (100, 100), 3), "GIF")
    frame = one[one.index(b"\x2c", 13 + 3) : -1]
    data = one[:-1] + frame * 10_000 + b";"
    started = time.monotonic()
    assert (await prepare_picture(data)).width == 100
    assert time.monotonic() - started < 3


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "picture_unreadable"),
        (b"\xff", "picture_kind"),
        (b"\xff\xd8\xff", "picture_unreadable"),
        (b"\xff\xd8\xff\xe0" + b"<script>alert(1)</script>" * 50, "picture_unreadable"),
        (b"GIF89a/*" + b"*/=alert(1)//" * 10, "picture_unreadable"),
        (b"GIF89a\x01\x00\x01\x00=alert(1)//", "picture_unreadable"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + b"\0" * 20, "picture_unreadable"),
        (b"\x00\x00\x00\x1cftypavif" + b"\0" * 50, "picture_unreadable"),
        (b"<html><script>alert(1)</script></html>", "picture_kind"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>', "picture_kind"),
        (b"#!/bin/sh\nrm -rf /\n", "picture_kind"),
        (b"%PDF-1.7\n", "picture_kind"),
        (b"MZ" + b"\0" * 100, "picture_kind"),
        (b"BM" + b"\0" * 100, "picture_kind"),
        (b"II*\x00" + b"\0" * 100, "picture_kind"),
        (b"\x00\x00\x00\x18ftypheic" + b"\0" * 50, "picture_kind"),
        (b"push graphic-context\nviewbox 0 0 640 480\n", "picture_kind"),
        (b"\xff\xd8\xff" + b"\0" * (16 << 20), "picture_too_large"),
    ],
    ids=lambda value: repr(value)[:30] if isinstance(value, bytes) else "",
)
async def test_what_is_no_picture_is_refused(data: bytes, reason: str) -> None:
    assert await refusal(data) == reason
    assert await refusal(data, prepare_avatar) == reason


async def test_archives_and_other_kinds_are_refused_whatever_they_are_called() -> None:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as packed:
        packed.writestr("photo.jpg", encoded(quarters(), "JPEG"))
    assert await refusal(archive.getvalue()) == "picture_kind"
    for kind in ("BMP", "TIFF", "ICO", "PPM", "TGA", "PDF", "JPEG2000"):
        assert await refusal(encoded(quarters(), kind)) == "picture_kind"


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "WEBP", "AVIF"])
async def test_truncated_pictures_are_refused(kind: str) -> None:
    data = encoded(Image.effect_noise((300, 200), 90).convert("RGB"), kind)
    for share in (0.02, 0.3, 0.6, 0.9):
        assert await refusal(data[: int(len(data) * share)]) in ("picture_unreadable", "picture_kind")


async def test_flipped_bytes_give_a_picture_or_a_refusal() -> None:
    """A little fuzzing: whatever a decoder makes of it, an answer comes."""
    for kind in ("JPEG", "PNG", "GIF", "WEBP", "AVIF"):
        data = encoded(Image.effect_noise((60, 40), 90).convert("RGB"), kind)
        for position in range(12, min(len(data), 1200), 29):
            broken = data[:position] + bytes([data[position] ^ 0xFF, 0xFF]) + data[position + 2 :]
            try:
                await prepare_picture(broken)
            except Invalid as error:
                assert error.reason in ("picture_unreadable", "picture_too_many_pixels", "picture_kind")  # noqa: PT017


async def test_polyglots_lose_their_other_half() -> None:
    html = b"<html><body><script>alert(1)</script></body></html>"
    jpeg = encoded(quarters(), "JPEG", comment=html)
    for data in (jpeg + html, encoded(quarters(), "GIF", comment=html) + html, encoded(quarters(), "PNG") + html):
        assert html in data
        for variant in (await prepare_picture(data)).variants:
            assert b"script" not in variant.data
            webp_chunks(variant.data)


@pytest.mark.parametrize(
    ("seconds", "memory", "reason"), [(0.05, None, "picture_timeout"), (20, 250 << 20, "picture_too_many_pixels")]
)
async def test_limits_of_the_child_are_refusals(
    monkeypatch: pytest.MonkeyPatch, seconds: float, memory: int | None, reason: str
) -> None:
    child = Child("plausch.storage.pictures_worker", timeout=seconds, idle=1, memory=memory)
    monkeypatch.setattr(pictures, "_CHILD", child)
    assert await refusal(encoded(Image.new("RGBA", (6_000, 6_000), (*RED, 9)), "PNG", compress_level=1)) == reason
    assert (await prepare_picture(encoded(quarters(8, 8), "PNG"))).width == 8


async def test_too_many_at_once_are_asked_to_come_later(monkeypatch: pytest.MonkeyPatch) -> None:
    child = Child("plausch.storage.pictures_worker", timeout=20, idle=1, waiting=0)
    monkeypatch.setattr(pictures, "_CHILD", child)
    with pytest.raises(TooMany, match="pictures_busy"):
        await prepare_picture(encoded(quarters(), "PNG"))


def test_the_server_does_not_import_the_imaging_library() -> None:
    code = "import sys, plausch.storage.pictures; sys.exit(any(name in sys.modules for name in ('PIL', 'numpy')))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
