"""The benchmark's figures as lines on a terminal and as README's table; what was asked of each, and
whether it was met."""

import os
import shutil

HEADING = f"{'work':42}{'peer':9}{'CPU us':>11}{'wall us':>11}{'peak MiB':>10}{'ratio':>8}"
RSS_MIB = 16
SDK_TIMES = 15
NEW_TLS_MS = 2
START_MS = 0.3


def judge(key, entry):
    """Adds to an entry what was asked beside the ratio ("asked": text, and "met")."""
    plugin = entry["peers"]["plugin"]
    asked, met = [], True
    if "epoll" in entry["peers"]:
        same = entry["of_the_same"] = plugin["cpu_us"] / entry["peers"]["epoll"]["cpu_us"]
        asked.append(f"at most {entry['at_most']:g} of libcurl driven the same way (epoll), is {same:.2f}")
        met = round(same, 2) <= entry["at_most"]
    elif entry["at_most"]:
        asked.append(f"at most {entry['at_most']:g}")
        met = round(plugin["ratio"], 2) <= entry["at_most"]
    if key.startswith(("download", "upload")):
        asked.append(f"peak RSS under {RSS_MIB} MiB")
        met = met and plugin["peak_rss_mib"] < RSS_MIB
    if key == "new_tls":
        asked.append(f"under {NEW_TLS_MS} ms CPU from the second on")
        met = met and plugin["cpu_us"] < NEW_TLS_MS * 1000
    if key == "cases" and "sdk" in entry["peers"]:
        entry["sdk_times"] = entry["peers"]["sdk"]["cpu_us"] / plugin["cpu_us"]
        asked.append(f"{SDK_TIMES} times less than the SDK, is {entry['sdk_times']:.1f}")
        met = met and entry["sdk_times"] >= SDK_TIMES
    if key == "start":
        entry["adds_us"] = plugin["adds_us"]
        asked.append(f"adds under {START_MS} ms, is {entry['adds_us'] / 1000:.2f}")
        met = entry["adds_us"] < START_MS * 1000
    entry["asked"], entry["met"] = "; ".join(asked), met


def lines(entry):
    title = entry["title"]
    for peer, figures in entry["peers"].items():
        rss = f"{figures['peak_rss_mib']:10.1f}" if figures["peak_rss_mib"] else f"{'':10}"
        line = (f"{title:42}{peer:9}{figures['cpu_us']:11.1f}{figures['wall_us']:11.1f}{rss}"
                f"{figures['ratio']:8.2f}")
        if peer == "plugin":
            line += f"  ({entry['asked']}: {'met' if entry['met'] else 'MISSED'})"
        yield line
        title = ""


def judge_stage(stage):
    stage["met"] = stage["cpu_us"] <= stage["at_most_us"]


def stage_line(stage):
    return (f"{'create_case, 100 alerts: validate, render':42}{'plugin':9}{stage['cpu_us']:11.1f}{'':29}"
            f"  (at most {stage['at_most_us']} us: {'met' if stage['met'] else 'MISSED'})")


def server_line(found):
    ours, nginx = found["ours"], found["nginx"]
    return (f"the server: {ours['a_second']:,.0f} requests a second of the bare client, "
            f"{ours['server_cpu_us']:.1f} us CPU each (the client {ours['client_cpu_us']:.1f});\n"
            f"nginx: {nginx['a_second']:,.0f}, {nginx['server_cpu_us']:.1f} us; ratios "
            f"{ours['a_second'] / nginx['a_second']:.2f}, "
            f"{ours['server_cpu_us'] / nginx['server_cpu_us']:.2f}")


# ---------------------------------------------------------------------- README

def cost(us):
    return f"{us:.1f} us" if us < 1000 else f"{us / 1000:.2f} ms" if us < 10000 else f"{us / 1000:,.0f} ms"


def cell(entry, peer):
    return f"{entry['peers'][peer]['ratio']:.2f}" if peer in entry["peers"] else ""


def with_parse(entry, engine):
    """The plugin's ratio with the host's own parse on top."""
    if engine not in entry["peers"]:
        return ""
    return f"{entry['peers']['plugin']['ratio'] + entry['peers'][engine]['ratio']:.1f}"


def asked(entry):
    return entry["asked"] + ("" if entry["met"] else " (missed)")


def table(results):
    """Markdown, to be put into README's part "Cost"."""
    out = ["| work | bare libcurl, CPU | + json-c parse and print | the SDK | the plugin | + V8's parse | "
           "+ CPython's | asked of the plugin |", "|---|---|---|---|---|---|---|---|"]
    for key, entry in results["works"].items():
        plugin = f"**{cell(entry, 'plugin')}**"
        if key.startswith(("download", "upload")):
            plugin += f", peak {entry['peers']['plugin']['peak_rss_mib']:.1f} MiB"
        if key == "new_tls":
            plugin += f", {cost(entry['peers']['plugin']['cpu_us'])}"
        if key == "start":
            plugin = f"adds **{entry['adds_us'] / 1000:.2f} ms**"
        out.append("| " + " | ".join((
            entry["title"], cost(entry["peers"]["bare"]["cpu_us"]), cell(entry, "json-c"),
            cell(entry, "sdk"), plugin, with_parse(entry, "v8"), with_parse(entry, "cpython"),
            asked(entry))) + " |")
    stage = results.get("validate_and_render")
    if stage:
        out.append(f"| create_case with 100 alerts: validate and render | | | | "
                   f"**{stage['cpu_us']:.1f} us** | | | at most {stage['at_most_us']} us"
                   f"{'' if stage['met'] else ' (missed)'} |")
    out.append("")
    if results.get("server"):
        ours, nginx = results["server"]["ours"], results["server"]["nginx"]
        out.append(f"A request costs the server {ours['server_cpu_us']:.1f} us of CPU, nginx with the same "
                   f"answer {nginx['server_cpu_us']:.1f}, and the bare client that sends it, 16 in flight, "
                   f"{ours['client_cpu_us']:.1f}; the client gets {ours['a_second']:,.0f} a second from the "
                   f"one and {nginx['a_second']:,.0f} from the other.")
    out.append(f"Measured on {results['at']} on {results['machine']}, medians of {results['rounds']} "
               "alternating rounds (starts: 30 and 60; the 256 MiB upload, which jumps between two speeds on either "
               "side: 31; files of 4 GiB: 3).")
    for left in results["left_out"]:
        out.append(f"Left out: {left}.")
    return "\n".join(out)


BEGIN, END = "<!-- from make bench -->", "<!-- until here -->"


def put(table, path, plots, beside):
    """The table between its marks in the file at path; bench.svg and scale.svg, where made, beside the
    benchmark."""
    with open(path) as file:
        before, rest = file.read().split(BEGIN + "\n", 1)
    after = rest.split(END, 1)[1]
    with open(path, "w") as file:
        file.write(f"{before}{BEGIN}\n{table}\n{END}{after}")
    for name in ("bench.svg", "scale.svg"):
        if os.path.exists(f"{plots}/{name}"):
            shutil.copy(f"{plots}/{name}", beside)
