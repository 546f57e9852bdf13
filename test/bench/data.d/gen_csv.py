#!/usr/bin/env python3
# SPDX-License-Identifier: MPL-2.0
"""Deterministic generator of a mixed-type CSV (no numpy; stdlib only).
usage: gen_csv.py OUT [ROWS=2300000] [SEED=1]
18 columns: id(int), f0..f7 (floats; f0..f4,f5.. 5% missing), i0..i2 (int), c0 (4 levels), c1 (8), c2 (25),
hid (high-cardinality string), note (quoted free text, commas/newlines/"" inside), date (ISO).
Header first, LF line ends, RFC 4180 quoting, empty = missing.
"""
import sys, random, datetime
out = sys.argv[1]; rows = int(sys.argv[2]) if len(sys.argv) > 2 else 2300000
seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
R = random.Random(seed)
C0 = ["red","green","blue","black"]
C1 = ["north","south","east","west","n-e","n-w","s-e","s-w"]
C2 = ["cat_%02d" % i for i in range(25)]
WORDS = "the quick brown fox jumps over lazy dog while seven wizards mix potent brews of liquid nitrogen".split()
D0 = datetime.date(2000, 1, 1)
DATES = [(D0 + datetime.timedelta(days=i)).isoformat() for i in range(9000)]
def note():
    n = R.randrange(3, 9)
    w = [R.choice(WORDS) for _ in range(n)]
    k = R.random()
    if k < 0.5: w[1] += ","
    if k < 0.2: w[0] = '""' + w[0] + '""'
    if k < 0.1: w[-1] = "\n" + w[-1]
    return '"' + " ".join(w) + '"'
NOTES = [note() for _ in range(20000)]
def fl(mu, sd, fmt):
    return "" if R.random() < 0.05 else fmt % R.gauss(mu, sd)
with open(out, "w", newline="", buffering=1 << 20) as f:
    f.write("id,f0,f1,f2,f3,f4,f5,f6,f7,i0,i1,i2,c0,c1,c2,hid,note,date\n")
    buf = []
    for r in range(rows):
        buf.append("%s,%s,%s,%s,%s,%s,%s,%s,%s,%d,%d,%d,%s,%s,%s,%016x,%s,%s\n" % (
            r, fl(0,1,"%.6f"), fl(100,15,"%.3f"), fl(1e6,2e5,"%.2f"), fl(0.5,0.1,"%.8f"), fl(-20,8,"%.4f"),
            fl(0,1e-3,"%.6e"), fl(50,20,"%.1f"), fl(3e3,1e3,"%.17g"),
            R.randrange(100), R.randrange(1000000), R.randrange(-50, 51),
            R.choice(C0), R.choice(C1), R.choice(C2), R.getrandbits(64), R.choice(NOTES), R.choice(DATES)))
        if len(buf) == 20000:
            f.write("".join(buf)); buf = []
    f.write("".join(buf))
