# SPDX-License-Identifier: MPL-2.0
"""GridSearchCV with two processes over the training rows of a table: grid_peer.py FILE.csv SPACE; prints {"seconds", "score"}."""
import json
import sys
import time

import pandas
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.svm import SVC

table = pandas.read_csv(sys.argv[1])
x, y = table.drop(columns="y").to_numpy(), table["y"].to_numpy()
begun = time.perf_counter()
search = GridSearchCV(SVC(), json.loads(sys.argv[2]), cv=StratifiedKFold(5, shuffle=True, random_state=0), n_jobs=2)
search.fit(x[:10000], y[:10000])
print(json.dumps({"seconds": time.perf_counter() - begun, "score": search.best_score_}))
