"""Makes the small image files beside this script, pillow-resize.json: hashes of what Pillow's resize gives for pixels
stated by a formula, and pillow-pixels.json: hashes of what Pillow
shows of BMP files and of transparent pixels over white and black.

Run with Pillow 9.4.0 (Debian 12: python3-pil): /usr/bin/python3 make_images.py
There is no random number: another Pillow may encode other bytes, but not other pictures. The hashes must never change.
"""
import hashlib
import json
import struct
import zlib
from pathlib import Path

from PIL import Image, ImageCms, __version__

HERE = Path(__file__).parent
RED, GREEN, BLUE, WHITE = (220, 30, 30), (30, 200, 30), (30, 30, 220), (255, 255, 255)


def quadrants(width=48, height=32):
    """Red, green / blue, white: no two of its eight orientations look alike."""
    image = Image.new("RGB", (width, height))
    half = (width // 2, height // 2)
    for (x, y), colour in {(0, 0): RED, (1, 0): GREEN, (0, 1): BLUE, (1, 1): WHITE}.items():
        image.paste(colour, (x * half[0], y * half[1], (x + 1) * half[0], (y + 1) * half[1]))
    return image


def orientations():
    # What must be done to the upright picture so that a viewer who obeys tag 274 shows it upright again.
    undo = {
        1: None,
        2: Image.FLIP_LEFT_RIGHT,
        3: Image.ROTATE_180,
        4: Image.FLIP_TOP_BOTTOM,
        5: Image.TRANSPOSE,
        6: Image.ROTATE_90,
        7: Image.TRANSVERSE,
        8: Image.ROTATE_270,
    }
    for tag, operation in undo.items():
        image = quadrants() if operation is None else quadrants().transpose(operation)
        exif = Image.Exif()
        exif[0x0112] = tag
        image.save(HERE / f"exif-{tag}.jpg", quality=95, subsampling=0, exif=exif.tobytes())


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def rgba16():
    """2 x 1, 16 bits: half-transparent red, opaque green. Pillow cannot write it."""
    row = b"\0" + struct.pack(">8H", 65535, 0, 0, 32768, 0, 65535, 0, 65535)
    header = struct.pack(">IIBBBBB", 2, 1, 16, 6, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(row, 9)) + chunk(b"IEND", b"")
    (HERE / "rgba-16.png").write_bytes(data)


def huge_header():
    """A PNG that claims 20,000 x 20,000 pixels and has none."""
    header = struct.pack(">IIBBBBB", 20000, 20000, 8, 2, 0, 0, 0)
    data = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"", 9)) + chunk(b"IEND", b"")
    (HERE / "huge-header.png").write_bytes(data)


def swapped_profile():
    """An sRGB profile with the red and green primaries exchanged: whoever obeys it sees red pixels as green."""
    data = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    for entry in range(struct.unpack_from(">I", data, 128)[0]):
        at = 132 + 12 * entry
        name = bytes(data[at : at + 4])
        if name in (b"rXYZ", b"gXYZ"):
            data[at : at + 4] = b"gXYZ" if name == b"rXYZ" else b"rXYZ"
    return bytes(data).replace(b"sRGB", b"swap").replace("sRGB".encode("utf-16-be"), "swap".encode("utf-16-be"))


def kinds():
    picture = quadrants()
    picture.save(HERE / "rgb.png")
    picture.save(HERE / "baseline.jpg", quality=95, subsampling=0)
    picture.save(HERE / "progressive.jpg", quality=95, subsampling=0, progressive=True)
    picture.save(HERE / "lossy.webp", quality=95)
    picture.save(HERE / "lossless.webp", lossless=True)
    picture.save(HERE / "rgb.tif", compression="tiff_lzw")
    picture.save(HERE / "rgb.bmp")
    picture.quantize(4).save(HERE / "palette.png")
    picture.convert("L").save(HERE / "grey.jpg", quality=95)
    picture.convert("L").save(HERE / "grey.png")
    picture.convert("1", dither=Image.NONE).save(HERE / "bilevel.png")
    picture.convert("CMYK").save(HERE / "cmyk.jpg", quality=95, subsampling=0)
    Image.frombytes("I;16", (2, 1), struct.pack("<2H", 0x80FF, 0xFFFF)).save(HERE / "grey-16.png")
    frames = [quadrants().quantize(4), Image.new("RGB", (48, 32), (0, 0, 0)).quantize(4)]
    frames[0].save(HERE / "animated.gif", save_all=True, append_images=frames[1:], duration=100)
    quadrants().save(HERE / "animated.webp", save_all=True, append_images=[Image.new("RGB", (48, 32))], lossless=True)
    picture.save(HERE / "profile-swapped.png", icc_profile=swapped_profile())
    picture.save(HERE / "profile-broken.png", icc_profile=b"this is no profile " * 10)
    picture.convert("CMYK").save(HERE / "profile-misfit.jpg", quality=95, subsampling=0, icc_profile=swapped_profile())
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.transpose(Image.ROTATE_90).save(HERE / "exif-6.webp", lossless=True, exif=exif.tobytes())
    Image.new("F", (4, 4), 0.5).save(HERE / "float.tif")


def alphas():
    """4 x 1: red at alpha 0, 64, 128, 255."""
    levels = [0, 64, 128, 255]
    Image.frombytes("RGBA", (4, 1), b"".join(bytes([200, 0, 0, a]) for a in levels)).save(HERE / "rgba.png")
    Image.frombytes("LA", (4, 1), b"".join(bytes([100, a]) for a in levels)).save(HERE / "grey-alpha.png")
    transparent = Image.new("P", (2, 1))
    transparent.putpalette([200, 0, 0, 0, 200, 0])
    transparent.putpixel((1, 0), 1)
    transparent.save(HERE / "palette-alpha.png", transparency=bytes([128, 255]))
    transparent.save(HERE / "alpha.gif", transparency=0)


def formula(width, height):
    """Pixel (y, x, c) is (31 y + 17 x + 59 c + (y x) mod 251) mod 256: the contract's golden formula with n = 0."""
    return bytes(
        (31 * y + 17 * x + 59 * c + (y * x) % 251) % 256 for y in range(height) for x in range(width) for c in range(3)
    )


def resizes():
    kernels = {"Bilinear": Image.BILINEAR, "Bicubic": Image.BICUBIC, "Lanczos3": Image.LANCZOS}
    shapes = [
        (640, 480, 224, 224),
        (333, 501, 224, 224),
        (32, 32, 96, 96),
        (7, 5, 3, 9),
        (1, 1, 8, 8),
        (300, 1, 16, 16),
        (1, 300, 16, 16),
        (224, 100, 224, 50),
    ]
    cases = []
    for width, height, to_width, to_height in shapes:
        source = Image.frombytes("RGB", (width, height), formula(width, height))
        for name, kernel in kernels.items():
            pixels = source.resize((to_width, to_height), kernel).tobytes()
            cases.append(
                {
                    "width": width,
                    "height": height,
                    "toWidth": to_width,
                    "toHeight": to_height,
                    "kernel": name,
                    "sha256": hashlib.sha256(pixels).hexdigest(),
                }
            )
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    (HERE / "pillow-resize.json").write_text(f"[\n{lines}\n]\n")


def bitmap(name, bits, rows, width, height, compression=0, palette=b"", masks=b"", length=40, top_down=False):
    """A BMP that Pillow cannot write; rows are the bytes behind the headers."""
    start = 14 + length + (len(masks) if length == 40 else 0) + len(palette)
    if length == 12:
        header = struct.pack("<IHHHH", 12, width, height, 1, bits)
    else:
        header = struct.pack(
            "<IiiHHIIiiII",
            length,
            width,
            -height if top_down else height,
            1,
            bits,
            compression,
            len(rows),
            2835,
            2835,
            len(palette) // 4,
            0,
        )
        header += masks if length == 40 else (masks + b"\0" * (length - 40 - len(masks)))
    (HERE / name).write_bytes(b"BM" + struct.pack("<IHHI", start + len(rows), 0, 0, start) + header + palette + rows)


def bitmaps():
    width, height = 13, 6
    palette = bytes(v for i in range(16) for v in (i * 16, 255 - i * 9, (i * 37) % 256, 0))
    nibbles = [[(x * 3 + y * 5) % 16 for x in range(width)] for y in range(height)]
    pad = lambda row: row + b"\0" * (-len(row) % 4)
    bitmap(
        "bmp-1.bmp",
        1,
        b"".join(pad(bytes([0b10110010, 0b01101000])) for _ in range(height)),
        width,
        height,
        palette=palette[:8],
    )
    bitmap(
        "bmp-4.bmp",
        4,
        b"".join(
            pad(bytes((r[i] << 4) | (r[i + 1] if i + 1 < width else 0) for i in range(0, width, 2))) for r in nibbles
        ),
        width,
        height,
        palette=palette,
    )
    bitmap("bmp-8.bmp", 8, b"".join(pad(bytes(r)) for r in nibbles), width, height, palette=palette)
    core = b"".join(palette[i : i + 3] for i in range(0, 64, 4)) + b"\0" * (3 * 240)
    bitmap("bmp-core.bmp", 8, b"".join(pad(bytes(r)) for r in nibbles), width, height, palette=core, length=12)
    values = [[(x * 2971 + y * 7919) % 65536 for x in range(width)] for y in range(height)]
    words = b"".join(pad(struct.pack(f"<{width}H", *r)) for r in values)
    bitmap(
        "bmp-555.bmp",
        16,
        b"".join(pad(struct.pack(f"<{width}H", *[v & 0x7FFF for v in r])) for r in values),
        width,
        height,
    )
    bitmap("bmp-565.bmp", 16, words, width, height, compression=3, masks=struct.pack("<III", 0xF800, 0x7E0, 0x1F))
    longs = b"".join(struct.pack(f"<{width}I", *[(v * 65521) & 0xFFFFFFFF for v in r]) for r in values)
    bitmap("bmp-32.bmp", 32, longs, width, height, top_down=True)
    bitmap(
        "bmp-alpha.bmp",
        32,
        longs,
        width,
        height,
        compression=3,
        masks=struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000),
        length=124,
    )
    runs = b"".join(bytes([4, r[0], 0, 5]) + bytes(r[4:9]) + b"\0" + bytes([4, r[9], 0, 0]) for r in nibbles) + b"\0\1"
    bitmap("bmp-rle8.bmp", 8, runs, width, height, compression=1, palette=palette)
    runs = (
        b"".join(
            bytes([5, (r[0] << 4) | r[1], 0, 4, (r[5] << 4) | r[6], (r[7] << 4) | r[8], 4, r[9] << 4 | r[10], 0, 0])
            for r in nibbles
        )
        + b"\0\1"
    )
    bitmap("bmp-rle4.bmp", 4, runs, width, height, compression=2, palette=palette)


def tiffs():
    """A palette, and a BigTIFF, which Pillow cannot write."""
    quadrants().quantize(4).save(HERE / "palette.tif")
    pixels = quadrants().tobytes()
    entries = [
        (256, 3, 1, 48),
        (257, 3, 1, 32),
        (258, 3, 3, 8 | 8 << 16 | 8 << 32),
        (259, 3, 1, 1),
        (262, 3, 1, 2),
        (273, 16, 1, 16),
        (277, 3, 1, 3),
        (278, 3, 1, 32),
        (279, 16, 1, len(pixels)),
    ]
    directory = (
        struct.pack("<Q", len(entries))
        + b"".join(struct.pack("<HHQQ", *entry) for entry in entries)
        + struct.pack("<Q", 0)
    )
    (HERE / "big.tif").write_bytes(b"II+\0" + struct.pack("<HHQ", 8, 0, 16 + len(pixels)) + pixels + directory)


def seen_by_pillow():
    """Alpha 0 to 255 against eight levels; and every BMP."""
    Image.frombytes(
        "RGBA",
        (256, 8),
        bytes(v for y in range(8) for x in range(256) for v in (y * 36, (x * 7 + y * 11) % 256, 255 - x, x)),
    ).save(HERE / "alpha-ramp.png")
    cases = []
    for path in [HERE / "alpha-ramp.png", *sorted(HERE.glob("bmp-*.bmp"))]:
        picture = Image.open(path)
        picture = picture.convert("RGBA" if picture.mode == "RGBA" else "RGB")
        for name, level in (("OverWhite", 255), ("OverBlack", 0)):
            shown = Image.new("RGB", picture.size, (level, level, level))
            shown.paste(picture, (0, 0), picture if picture.mode == "RGBA" else None)
            cases.append({"file": path.name, "alpha": name, "sha256": hashlib.sha256(shown.tobytes()).hexdigest()})
    lines = ",\n".join("  " + json.dumps(case) for case in cases)
    (HERE / "pillow-pixels.json").write_text(f"[\n{lines}\n]\n")


orientations()
kinds()
rgba16()
huge_header()
alphas()
resizes()
bitmaps()
tiffs()
seen_by_pillow()
print("Pillow", __version__)
