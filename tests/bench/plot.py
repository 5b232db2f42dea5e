"""Bars of CPU time, a group for each kind of work, as SVG: the limit, the peers and the plugin."""

import html

COLOURS = {"bare": "#8a8f98", "json-c": "#c9a227", "sdk": "#b5523b", "plugin": "#2f6f9f"}
NAMES = {"bare": "libcurl, answer not looked at", "json-c": "libcurl and json-c",
         "sdk": "the vendor's TypeScript SDK", "plugin": "this plugin"}
WIDTH, LEFT, RIGHT, BAR, GAP = 860, 240, 90, 15, 22


def bars(results):
    for entry in results["works"].values():
        peers = {name: peer for name, peer in entry["peers"].items() if name in COLOURS}
        yield entry["title"], [(name, peer["cpu_us"], peer["ratio"]) for name, peer in peers.items()]


def text(x, y, value, anchor="start", weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{html.escape(value)}</text>")


def draw(results):
    """Each group has a scale of its own: its longest bar fills the width."""
    parts, y = [], 30
    for title, rows in bars(results):
        longest = max(cpu for _, cpu, _ in rows)
        parts.append(text(LEFT - 10, y + BAR * len(rows) / 2 + 4, title, "end", "bold"))
        for name, cpu, ratio in rows:
            width = max((WIDTH - LEFT - RIGHT) * cpu / longest, 1)
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 3}" '
                         f'fill="{COLOURS[name]}"><title>{html.escape(NAMES[name])}: {cpu:.1f} us'
                         f"</title></rect>")
            unit = f"{cpu:.0f} us" if cpu < 10000 else f"{cpu / 1000:.0f} ms"
            parts.append(text(LEFT + width + 6, y + BAR - 4, f"{unit}, {ratio:.2f}"))
            y += BAR
        y += GAP
    x = 20
    for name, colour in COLOURS.items():
        parts.append(f'<rect x="{x}" y="8" width="10" height="10" fill="{colour}"/>')
        parts.append(text(x + 14, 17, NAMES[name]))
        x += 40 + 6 * len(NAMES[name])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" '
            f'viewBox="0 0 {WIDTH} {y}" font-family="sans-serif" font-size="11" role="img">'
            f"<title>CPU time of one call, and its ratio to bare libcurl in the same run</title>"
            f'<rect width="{WIDTH}" height="{y}" fill="white"/>' + "".join(parts) + "</svg>\n")
