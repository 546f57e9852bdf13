# SPDX-License-Identifier: MPL-2.0
"""Bad tables, recipes and credentials through every door: each gets a clear error, and the next request works:
bad_input.py BIN_DIR."""

import fixture
import tables
from api import Api
from doors import CommandDoor, HttpDoor, Refused, all_doors

ADDRESS = "ada@example.org"
HUGE_BYTES = 2 * tables.GIB
FIELD_BYTES_MAX = 1 << 20
Z_SCORE = {"op": "scale", "method": "z_score"}


def one_hot(column):
    return {"op": "encode", "method": "one_hot", "columns": [column]}


class BadInput(fixture.Case):
    @classmethod
    def prepare(cls):
        api = Api.registered(cls.platform, ADDRESS, fixture.PASSWORD)
        cls.token = api.token
        cls.doors = all_doors(cls.platform, api.token)
        with open(fixture.PENGUINS, "rb") as file:
            cls.penguins = api.upload(file.read())["id"]
        cls.api = api

    def check_refused(self, door, ask, code, *words, line=0, step=0, column=""):
        """The door refuses with this code, place and words, says what to do, and answers the next request."""
        with self.subTest(door=door.name):
            with self.assertRaises(Refused) as caught:
                ask(door)
            refused = caught.exception
            self.assertEqual((refused.code, refused.line, refused.step, refused.column), (code, line, step, column),
                             refused.detail)
            self.assertEqual(refused.outward, refused.expected_outward)
            for word in words:
                self.assertIn(word, refused.detail)
            self.assertTrue(refused.remedy, refused.detail)
            self.assertEqual(door.preview(self.penguins, [])["total_rows"], 344)

    def check_table(self, table, code, *words, **place):
        for door in self.doors:
            self.check_refused(door, lambda door: door.upload(table), code, *words, **place)

    def check_recipe(self, dataset, recipe, code, *words, **place):
        """Both where a person looks and where work would begin."""
        for door in self.doors:
            self.check_refused(door, lambda door: door.preview(dataset, recipe), code, *words, **place)
            self.check_refused(door, lambda door: door.process(dataset, recipe), code, *words, **place)

    # --- Tables

    def test_an_empty_file(self):
        self.check_table(b"", "CSV_EMPTY")

    def test_a_pickle(self):
        self.check_table(b"\x80\x05\x95\x10\x00" + b"x" * 100, "UNSUPPORTED", "pickle")

    def test_a_header_only(self):
        self.check_table(b"name,value\n", "CSV_EMPTY")

    def test_a_ragged_row(self):
        self.check_table(b"a,b,c\n1,2,3\n4,5\n6,7,8\n", "CSV_RAGGED", "2", "3", line=3)

    def test_an_unterminated_quote(self):
        self.check_table(b'a,b\n1,2\n3,"four\n5,6\n', "CSV_QUOTE", line=3, column="b")

    def test_nul_bytes(self):
        self.check_table(b"a,b\n1,2\n3,\0\n", "CSV_NUL", line=3, column="b")

    def test_invalid_utf8(self):
        self.check_table(b"a,b\n1,2\n3,caf\xe9\n", "CSV_ENCODING", line=3)

    def test_duplicate_column_names(self):
        self.check_table(b"id,name,id\n1,ada,1\n", "CSV_HEADER", "id", line=1, column="id")

    def test_a_field_over_the_limit(self):
        table = b"name,value\nada," + b"x" * (FIELD_BYTES_MAX + 1) + b"\n"
        self.check_table(table, "CSV_FIELD", line=2, column="value")

    def test_a_single_field_of_a_quarter_gigabyte_over_http(self):
        """Two gigabytes take half a minute through bridge and broker when both are built with sanitizers."""
        self.check_refused(HttpDoor(self.platform, self.token),
                           lambda door: door.upload(tables.huge_field(tables.GIB // 4)), "CSV_FIELD", line=2,
                           column="value")

    def test_a_single_field_of_two_gigabytes_by_the_command(self):
        path = self.platform.path("huge.csv", b"")
        with open(path, "wb") as file:
            file.writelines(tables.huge_field(HUGE_BYTES))
        self.check_refused(CommandDoor(self.platform, self.token), lambda door: door.upload_file(path),
                           "CSV_FIELD", line=2, column="value")

    # --- Recipes

    def test_an_unknown_column(self):
        recipe = [{**Z_SCORE, "columns": ["year"]}, {**Z_SCORE, "columns": ["bill_lenght_mm"]}]
        self.check_recipe(self.penguins, recipe, "COLUMN_UNKNOWN", "bill_lenght_mm", step=2, column="bill_lenght_mm")

    def test_the_mean_of_a_text_column(self):
        recipe = [{"op": "missing", "method": "mean", "columns": ["sex"]}]
        self.check_recipe(self.penguins, recipe, "COLUMN_TYPE", "sex", step=1, column="sex")

    def test_one_hot_of_a_hundred_thousand_levels(self):
        dataset = self.api.upload(tables.levels(100000))["id"]
        self.check_recipe(dataset, [one_hot("code")], "LEVELS", "code", step=1, column="code")

    def test_a_constant_column_z_scored(self):
        dataset = self.api.upload(b"x,y\n1,7\n2,7\n3,7\n")["id"]
        self.check_recipe(dataset, [{**Z_SCORE, "columns": ["x", "y"]}], "COLUMN_CONSTANT", "y", step=1, column="y")

    def test_a_target_with_one_class(self):
        dataset = self.api.upload(b"x,kind\n" + b"".join(b"%d,same\n" % i for i in range(20)))["id"]
        training = {"target": "kind", "features": ["x"], "algorithm": "svc"}
        for door in self.doors:
            self.check_refused(door, lambda door: door.train(dataset, [], training), "TARGET", "kind", column="kind")

    # --- Credentials

    def test_a_wrong_password(self):
        for door in self.doors:
            self.check_refused(door, lambda door: door.login(ADDRESS, "not-her-password"), "UNAUTHENTICATED")

    def test_an_unknown_address_is_refused_in_the_same_words(self):
        def words(door, address):
            with self.assertRaises(Refused) as refused:
                door.login(address, "not-her-password")
            return refused.exception.detail
        for door in self.doors:
            self.assertEqual(words(door, "nobody@example.org"), words(door, ADDRESS))

    def test_an_unknown_token(self):
        for door in self.doors:
            self.check_refused(door, lambda door: door.datasets("no-such-token"), "UNAUTHENTICATED")


if __name__ == "__main__":
    fixture.main()
