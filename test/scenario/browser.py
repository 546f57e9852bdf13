# SPDX-License-Identifier: MPL-2.0
"""A person's path through the browser client, on a platform of its own: browser.py BIN_DIR

The pictures of each screen lie in build/screens afterwards.
"""
import os
import subprocess
import sys

from fixture import ROOT, Platform

JOURNEY_SECONDS = 280


def main():
    platform = Platform(sys.argv[1]).start()
    try:
        env = {**os.environ, "BASE_URL": platform.url, "SCREENS": os.path.join(ROOT, "build", "screens")}
        subprocess.run(["node", os.path.join(ROOT, "test", "browser", "journey.mjs")], env=env, check=True,
                       timeout=JOURNEY_SECONDS)
        platform.stop()
    except BaseException:
        print(platform.log_tail(), file=sys.stderr)
        platform.kill()
        raise
    platform.remove()


if __name__ == "__main__":
    main()
