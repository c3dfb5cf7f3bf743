"""The child process behind `pictures`: the only module that imports the imaging library.

Everything is written anew as WebP from decoded pixels, so no metadata, comment, hidden colour or trailing bytes
survive. WebP takes a quarter less than JPEG at the same quality, carries transparency, and every browser since 2020
shows it.
"""

import warnings
from contextlib import suppress
from io import BytesIO
from typing import Literal

from PIL import ExifTags, Image, ImageCms, ImageOps

from plausch.kernel.child import serve
from plausch.storage import blurhash
from plausch.storage.pictures import MAX_PIXELS, MAX_SIDE, PictureRequest, PreparedPicture, Refused, Variant, sniff

_FORMATS = ("JPEG", "PNG", "GIF", "WEBP", "AVIF")
_SIDES = {"picture": (1600, 640), "avatar": (400, 96), "emoji": (128, 32)}
#: Pictures with fewer colours may be drawings or screenshots, which without loss are sharper and often smaller.
_FEW_COLOURS = 1 << 16
_BLUR_SIDE = 32
#: By the EXIF orientation: what brings the picture upright.
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}

Size = tuple[int, int]


class _TooManyPixels(Exception):
    """Seen from the header, before anything was decoded."""


def prepare(request: PictureRequest) -> PreparedPicture | Refused:
    """Everything the picture needs, or why not."""
    try:
        return _prepare(request)
    except (_TooManyPixels, Image.DecompressionBombError, Image.DecompressionBombWarning):
        return Refused("picture_too_many_pixels")
    except MemoryError:
        raise  # the parent starts a fresh process
    except Exception:  # noqa: BLE001 - decoders fail on hostile bytes in every way there is; it all means the same
        return Refused("picture_unreadable")


def _prepare(request: PictureRequest) -> PreparedPicture:
    square = request.purpose == "avatar"
    large_side, small_side = _SIDES[request.purpose]
    source = Image.open(BytesIO(request.data), formats=_FORMATS)
    width, height = source.size
    if max(width, height) > MAX_SIDE or width * height > MAX_PIXELS:
        raise _TooManyPixels
    # JPEG is decoded at a half, a quarter or an eighth where that is enough: saves most of the time and memory.
    source.draft(None, _fit(source.size, large_side, square))
    source.load()
    orientation = _orientation(source)
    large = _resize(_resizable(source), large_side, square)
    large = _plain(large, source.info.get("icc_profile"))
    if orientation in _TURNS:
        large = large.transpose(_TURNS[orientation])
    small = _resize(large, small_side, square)
    blur = _blurhash(small)
    return PreparedPicture(
        mime=sniff(request.data) or "",
        width=height if orientation >= 5 else width,
        height=width if orientation >= 5 else height,
        blurhash=blur,
        colour=blurhash.average_colour(blur),
        variants=(_encode("large", large), _encode("small", small)),
    )


def _fit(size: Size, side: int, square: bool) -> Size:
    """The size at which the longer side (of a square to be: the shorter) is at most `side`; never larger than it is."""
    measure = min(size) if square else max(size)
    if measure <= side:
        return size
    width, height = size
    return max(1, round(width * side / measure)), max(1, round(height * side / measure))


def _orientation(source: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; broken metadata is no reason to refuse a picture."""
    with suppress(Exception):
        orientation = source.getexif().get(ExifTags.Base.Orientation)
        if orientation in _TURNS:
            return int(orientation)
    return 1


def _resizable(image: Image.Image) -> Image.Image:
    """In a mode that can be interpolated, with its transparency as a channel."""
    if image.mode.startswith("I"):
        return image.point(lambda value: value / 256).convert("L")
    mode = "RGBA" if image.has_transparency_data else {"1": "L", "P": "RGB"}.get(image.mode, image.mode)
    return image if image.mode == mode else image.convert(mode)


def _resize(image: Image.Image, side: int, square: bool) -> Image.Image:
    if square:
        side = min(side, *image.size)
        return ImageOps.fit(image, (side, side), Image.Resampling.LANCZOS)
    return image.resize(_fit(image.size, side, square), Image.Resampling.LANCZOS, reducing_gap=3.0)


def _plain(image: Image.Image, profile: bytes | None) -> Image.Image:
    """In sRGB, with an alpha channel only when something shows through."""
    if profile:
        # An unusable colour profile is no reason to refuse a picture either.
        with suppress(Exception):
            own = ImageCms.ImageCmsProfile(BytesIO(profile))
            mode = "RGBA" if image.mode == "RGBA" else "RGB"
            converted = ImageCms.profileToProfile(image, own, ImageCms.createProfile("sRGB"), outputMode=mode)
            image = converted or image
    if image.mode == "RGBA" and image.getchannel("A").getextrema() != (255, 255):
        return image
    return image.convert("RGB")


def _blurhash(image: Image.Image) -> str:
    """On white where it is transparent."""
    tiny = image.resize(_fit(image.size, _BLUR_SIDE, square=False), Image.Resampling.BOX)
    if tiny.mode == "RGBA":
        paper = Image.new("RGB", tiny.size, "white")
        paper.paste(tiny, mask=tiny)
        tiny = paper
    columns, rows = (4, 3) if image.width >= image.height else (3, 4)
    return blurhash.encode(tiny.tobytes(), tiny.width, tiny.height, columns, rows)


def _encode(name: Literal["large", "small"], image: Image.Image) -> Variant:
    data = _webp(image, lossless=False, quality=80)
    if image.getcolors(_FEW_COLOURS):
        data = min(data, _webp(image, lossless=True, quality=50), key=len)
    return Variant(name=name, mime="image/webp", width=image.width, height=image.height, data=data)


def _webp(image: Image.Image, *, lossless: bool, quality: int) -> bytes:
    file = BytesIO()
    image.save(file, "WEBP", lossless=lossless, quality=quality, method=4)
    return file.getvalue()


if __name__ == "__main__":
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    Image.init()
    serve(prepare, PictureRequest)
