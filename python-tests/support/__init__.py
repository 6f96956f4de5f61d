"""Shared by the tests; these modules import no tests."""
