"""The benchmark's figures as SVG: bars of CPU time, a group for each kind of work, with the limit, the
peers and the plugin; and how cost grows, both axes logarithmic, with the line that was fitted."""

import html
import math

COLOURS = {"bare": "#8a8f98", "json-c": "#c9a227", "sdk": "#b5523b", "plugin": "#2f6f9f"}
NAMES = {"bare": "libcurl, answer not looked at", "json-c": "libcurl and json-c",
         "sdk": "the vendor's TypeScript SDK", "plugin": "this plugin",
         "parse": "the host's parse on top (V8)"}
PARSE = "#9dc3e0"  # V8's, behind the plugin's bar
WIDTH, LEFT, RIGHT, BAR, GAP = 900, 270, 110, 15, 22


def bars(results):
    for entry in results["works"].values():
        peers = {name: peer for name, peer in entry["peers"].items() if name in COLOURS}
        parse = entry["peers"].get("v8", {"cpu_us": 0})["cpu_us"]
        yield entry["title"], [(name, peer["cpu_us"], peer["ratio"], parse if name == "plugin" else 0)
                               for name, peer in peers.items()]


def text(x, y, value, anchor="start", weight="normal"):
    return (f'<text x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}" font-weight="{weight}">'
            f"{html.escape(value)}</text>")


def draw(results):
    """Each group has a scale of its own: its longest bar fills the width."""
    parts, y = [], 30
    for title, rows in bars(results):
        longest = max(cpu + parse for _, cpu, _, parse in rows)
        parts.append(text(LEFT - 10, y + BAR * len(rows) / 2 + 4, title, "end", "bold"))
        for name, cpu, ratio, parse in rows:
            width = max((WIDTH - LEFT - RIGHT) * cpu / longest, 1)
            parts.append(f'<rect x="{LEFT}" y="{y}" width="{width:.1f}" height="{BAR - 3}" '
                         f'fill="{COLOURS[name]}"><title>{html.escape(NAMES[name])}: {cpu:.1f} us'
                         f"</title></rect>")
            if parse:
                more = (WIDTH - LEFT - RIGHT) * parse / longest
                parts.append(f'<rect x="{LEFT + width:.1f}" y="{y}" width="{more:.1f}" height="{BAR - 3}" '
                             f'fill="{PARSE}"><title>V8\'s parse: {parse:.1f} us</title></rect>')
                width += more
            unit = f"{cpu:.0f} us" if cpu < 10000 else f"{cpu / 1000:.0f} ms"
            parts.append(text(LEFT + width + 6, y + BAR - 4, f"{unit}, {ratio:.2f}"))
            y += BAR
        y += GAP
    x = 20
    for name, colour in [*COLOURS.items(), ("parse", PARSE)]:
        parts.append(f'<rect x="{x}" y="8" width="10" height="10" fill="{colour}"/>')
        parts.append(text(x + 14, 17, NAMES[name]))
        x += 40 + 6 * len(NAMES[name])
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{y}" '
            f'viewBox="0 0 {WIDTH} {y}" font-family="sans-serif" font-size="11" role="img">'
            f"<title>CPU time of one call, and its ratio to bare libcurl in the same run</title>"
            f'<rect width="{WIDTH}" height="{y}" fill="white"/>' + "".join(parts) + "</svg>\n")


# ---------------------------------------------------------------------- how cost grows

CHART_WIDTH, CHART_HEIGHT, MARGIN = 330, 190, 62
UNITS = ((1e6, "s"), (1e3, "ms"), (1, "us"))


def short(n):
    for size, unit in ((1e6, "M"), (1e3, "k")):
        if n >= size:
            return f"{n / size:g}{unit}"
    return f"{n:g}"


def time_of(us):
    size, unit = next(((size, unit) for size, unit in UNITS if us >= size), UNITS[-1])
    return f"{us / size:g} {unit}"


def decades(values):
    return range(math.floor(math.log10(min(values))), math.ceil(math.log10(max(values))) + 1)


def line(points, colour, dashes=""):
    (x1, y1), (x2, y2) = points
    return (f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"'
            f'{dashes and f" stroke-dasharray={chr(34)}{dashes}{chr(34)}"}/>')


def chart(x0, y0, title, entry):
    """One chart, its upper left corner at x0, y0."""
    points = entry["points"]
    xs, ys = decades([n for n, _ in points]), decades([cost for _, cost in points])

    def at(n, cost):
        return (x0 + CHART_WIDTH * (math.log10(n) - xs[0]) / (xs[-1] - xs[0]),
                y0 + CHART_HEIGHT * (1 - (math.log10(cost) - ys[0]) / (ys[-1] - ys[0])))

    parts = [text(x0, y0 - 22, title, weight="bold"),
             text(x0, y0 - 8, f'cost = a · n^{entry["exponent"]:.2f}, n: {entry["unit"]}')]
    for x in xs:
        parts.append(line((at(10 ** x, 10 ** ys[0]), at(10 ** x, 10 ** ys[-1])), "#e3e5e8"))
        parts.append(text(at(10 ** x, 1)[0], y0 + CHART_HEIGHT + 14, short(10 ** x), "middle"))
    for y in ys:
        parts.append(line((at(10 ** xs[0], 10 ** y), at(10 ** xs[-1], 10 ** y)), "#e3e5e8"))
        parts.append(text(x0 - 6, at(1, 10 ** y)[1] + 4, time_of(10 ** y), "end"))
    ends = [entry["fitted_from"], points[-1][0]]
    fitted = [at(n, entry["factor"] * n ** entry["exponent"]) for n in ends]
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in (at(*point) for point in points))
    parts.append(f'<polyline points="{joined}" fill="none" stroke="#2f6f9f" stroke-width="2"/>')
    parts.append(line(fitted, "#b5523b", "5 4"))
    for n, cost in points:
        x, y = at(n, cost)
        parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="#2f6f9f"><title>{n:,}: {cost:,.1f} us'
                     "</title></circle>")
    parts.append(text(x0 + CHART_WIDTH, y0 + CHART_HEIGHT + 30, entry["unit"], "end"))
    return parts


def draw_scale(results):
    parts = []
    for k, (title, entry) in enumerate(results.items()):
        parts += chart(MARGIN + k % 2 * (CHART_WIDTH + MARGIN + 20),
                       50 + k // 2 * (CHART_HEIGHT + 90), title, entry)
    width = 2 * (CHART_WIDTH + MARGIN) + 50
    height = (len(results) + 1) // 2 * (CHART_HEIGHT + 90) + 20
    parts.append(text(MARGIN, height - 12, "CPU time of all of it together; dashed: what was fitted, over "
                                           "the upper half"))
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
            f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11" role="img">'
            f'<title>How cost grows</title><rect width="{width}" height="{height}" fill="white"/>'
            + "".join(parts) + "</svg>\n")
